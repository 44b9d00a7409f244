import assert from 'node:assert/strict';
import { constants, createPublicKey, sign, type KeyObject } from 'node:crypto';
import type { Audit, AuditReport } from '../../../client/page/audit/index.ts';
import { rootFingerprint } from '../../../client/root-fingerprint.ts';
import { TufOnGitError } from '../../../core/error/error.ts';
import { canonicalBytes, formatDocument } from '../../../core/metadata/document.ts';
import { computeKeyId, type KeyJson } from '../../../core/metadata/keys.ts';
import { clientScene } from '../../kit/client-scene.ts';
import { ecPair, ed25519Pair, rsaPair } from '../../kit/key-pair.ts';
import { bundleAudit, type BundledAudit } from '../../kit/page-audit.ts';
import { testTime, yesterday, type SimulatedRepository } from '../../kit/simulated-repository.ts';
import { newKey } from '../../kit/test-keys.ts';

describe('a repository verified as browsers verify it', () => {
  const scene = clientScene();
  let bundled: BundledAudit;

  before(async () => {
    bundled = await bundleAudit();
  });

  function open(root = scene().repository.files.get('metadata/1.root.json')): Audit {
    const { url } = scene().server;
    const urls = { metadataUrl: `${url}metadata`, targetsUrl: `${url}targets` };
    return new bundled.library.Audit({ ...urls, root: root ?? new Uint8Array() });
  }

  /** What the client of Node says of the same server: undefined, or the code of its refusal. */
  async function nodeSays(): Promise<string | undefined> {
    try {
      await scene().updater().refresh();
      return undefined;
    } catch (error) {
      if (error instanceof TufOnGitError) return error.code;
      throw error;
    }
  }

  const namesOf = ({ roles }: AuditReport) => roles.map(({ role }) => role);

  it('needs nothing of Node where it runs', () => {
    assert.deepEqual(bundled.imports, []);
  });

  it('shows the verified chain, who signed it and until when it is good', async () => {
    const report = await open().refresh(testTime);
    assert.equal(report.refusal, undefined);
    assert.deepEqual(namesOf(report), ['root', 'timestamp', 'snapshot', 'targets']);
    for (const { keys, threshold, expires } of report.roles) {
      assert.equal(threshold, 1);
      assert.ok(keys.every(({ hasSigned }) => hasSigned));
      assert.equal(expires, '2030-07-01T12:00:00Z');
    }
    assert.deepEqual(report.roles.at(-1)?.targets, ['a.txt']);
  });

  it('asks for no delegated role until one is looked at, and then for that one', async () => {
    const audit = open();
    const first = await scene().requestsOf(() => audit.refresh(testTime));
    assert.ok(!first.some((path) => path.includes('team')), first.join());
    const looked = await scene().requestsOf(() => audit.target('team/b.txt'));
    assert.deepEqual(looked, ['metadata/1.team.json']);
    assert.deepEqual(await scene().requestsOf(() => audit.role(['targets', 'team'])), []);
  });

  it('tells of a target what the client of Node tells', async () => {
    const audit = open();
    await audit.refresh(testTime);
    const report = await audit.target('team/b.txt');
    const updater = scene().updater();
    const info = await updater.getTargetInfo('team/b.txt');
    assert.ok(info && report);
    assert.deepEqual({ ...report.info }, { ...info });
    assert.deepEqual(report.vouchers, await updater.vouchersOf(info));
    assert.deepEqual([report.url], await updater.urlsOf(info));
    assert.equal(await audit.target('none'), undefined);
    assert.equal(await audit.target('../x'), undefined);
  });

  it('follows the chain of roots, and says what each changed', async () => {
    const { repository } = scene();
    repository.rotate('timestamp');
    repository.publishRoot();
    repository.publish();
    const { roots, refusal } = await open().refresh(testTime);
    assert.equal(refusal, undefined);
    assert.deepEqual(
      roots.map(({ version, changes }) => [version, changes.map(({ role }) => role)]),
      [
        [1, []],
        [2, ['timestamp']],
      ],
    );
    assert.equal(roots[1]?.fingerprint, rootFingerprint(repository.bytes('root')));
  });

  it('stays with what it verified when the server comes with an older set', async () => {
    const { repository } = scene();
    const old = new Map(repository.files);
    repository.addTarget('c.txt', 'c');
    repository.publish();
    const audit = open();
    await audit.refresh(testTime);
    for (const [path, bytes] of old) repository.files.set(path, bytes);
    const report = await audit.refresh(testTime);
    assert.equal(report.refusal?.code, 'rollback.timestamp');
    assert.deepEqual(namesOf(report), ['root', 'timestamp', 'snapshot', 'targets']);
    assert.ok(report.roles.at(-1)?.targets.includes('c.txt'));
  });

  const tampering: Readonly<Record<string, (repository: SimulatedRepository) => void>> = {
    'a target is added without a key': ({ files }) => {
      edit(files, '1.targets.json', (text) => text.replace('a.txt', 'b.txt'));
    },
    'the timestamp is signed by a stranger': (repository) => {
      repository.signers.set('timestamp', [newKey()]);
      repository.publish();
    },
    'the timestamp has expired': (repository) => {
      repository.timestamp.expires = yesterday;
      repository.publish();
    },
    'the snapshot is another one': ({ files }) => {
      edit(files, '1.snapshot.json', (text) => text.replace('"version": 1', '"version": 2'));
    },
    'the snapshot is no JSON': ({ files }) => {
      edit(files, '1.snapshot.json', (text) => text.replace('{', '['));
    },
    'a role is missing': ({ files }) => {
      files.delete('metadata/1.targets.json');
    },
  };

  for (const [attack, tamper] of Object.entries(tampering)) {
    it(`refuses as the client of Node does where ${attack}`, async () => {
      tamper(scene().repository);
      const { refusal, roles } = await open().refresh(testTime);
      assert.notEqual(refusal, undefined);
      assert.equal(refusal?.code, await nodeSays());
      assert.ok(roles.length < 4, 'what was refused is no part of the report');
    });
  }

  it('refuses a delegated role that another key signed', async () => {
    const { repository } = scene();
    repository.signers.set('team', [newKey()]);
    repository.addTarget('team/d.txt', 'd', 'team');
    repository.publish();
    const audit = open();
    assert.equal((await audit.refresh(testTime)).refusal, undefined);
    await assert.rejects(audit.role(['targets', 'team']), { code: 'role.threshold' });
  });

  it('says of a root that does not hold by itself why', async () => {
    const root = Buffer.from(scene().repository.bytes('root')).toString();
    const claims = await bundled.library.claimsOf(Buffer.from(root));
    assert.equal(claims.fingerprint, rootFingerprint(Buffer.from(root)));
    const forged = Buffer.from(root.replace('2030-07', '2031-07'));
    await assert.rejects(bundled.library.claimsOf(forged), { code: 'role.threshold' });
  });

  const pss = (salt: number, hash: string) => (key: KeyObject, data: Uint8Array) =>
    sign(hash, data, { key, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: salt });
  const rsa = () => rsaPair(2048);
  const ec = (namedCurve: string) => () => ecPair(namedCurve);
  const hashed = (hash: string) => (key: KeyObject, data: Uint8Array) => sign(hash, data, key);

  const kinds = [
    {
      name: 'P-256',
      keytype: 'ecdsa',
      scheme: 'ecdsa-sha2-nistp256',
      make: ec('P-256'),
      by: hashed('sha256'),
    },
    {
      name: 'P-384',
      keytype: 'ecdsa',
      scheme: 'ecdsa-sha2-nistp384',
      make: ec('P-384'),
      by: hashed('sha384'),
    },
    {
      name: 'RSA with a salt as long as the digest',
      keytype: 'rsa',
      scheme: 'rsassa-pss-sha256',
      make: rsa,
      by: pss(32, 'sha256'),
    },
    {
      name: 'RSA with the longest salt',
      keytype: 'rsa',
      scheme: 'rsassa-pss-sha256',
      make: rsa,
      by: pss(222, 'sha256'),
    },
    {
      name: 'RSA without a salt',
      keytype: 'rsa',
      scheme: 'rsassa-pss-sha512',
      make: rsa,
      by: pss(0, 'sha512'),
    },
  ];
  for (const { name, keytype, scheme, make, by } of kinds) {
    it(`verifies signatures of ${name}, and refuses the same with one bit changed`, async () => {
      const { publicKey, privateKey } = make();
      const pem = publicKey.export({ format: 'pem', type: 'spki' }).toString();
      const json = { keytype, scheme, keyval: { public: pem } };
      await verifiesAndRefuses(json, (data) => by(privateKey, data));
    });
  }

  for (const has of [true, false]) {
    it(`verifies Ed25519 where WebCrypto ${has ? 'has' : 'lacks'} it`, async () => {
      const { subtle } = globalThis.crypto;
      const importKey = subtle.importKey.bind(subtle);
      const lacking = (...args: readonly unknown[]): Promise<unknown> =>
        args[2] === 'Ed25519'
          ? Promise.reject(new DOMException('unknown', 'NotSupportedError'))
          : (Reflect.apply(importKey, subtle, args) as Promise<unknown>);
      if (!has) subtle.importKey = lacking as typeof importKey;
      try {
        const { publicKey, privateKey } = ed25519Pair();
        const { x = '' } = publicKey.export({ format: 'jwk' });
        const value = Buffer.from(x, 'base64url').toString('hex');
        const json = { keytype: 'ed25519', scheme: 'ed25519', keyval: { public: value } };
        await verifiesAndRefuses(json, (data) => sign(null, data, privateKey));
      } finally {
        subtle.importKey = importKey;
      }
    });
  }

  it('says that it cannot verify where the browser gives it no WebCrypto, and verifies later', async () => {
    const root = scene().repository.bytes('root');
    const { crypto } = globalThis;
    Object.defineProperty(globalThis, 'crypto', { value: {}, configurable: true });
    try {
      await assert.rejects(bundled.library.claimsOf(fresh(root)), { code: 'client.configuration' });
    } finally {
      Object.defineProperty(globalThis, 'crypto', { value: crypto, configurable: true });
    }
    assert.equal((await bundled.library.claimsOf(fresh(root))).version, 1);
  });

  it('counts no signature of an RSA key whose size would stop the page', async () => {
    const big = (size: number) => Buffer.alloc(size, 0xff).toString('base64url');
    const key = createPublicKey({ key: { kty: 'RSA', n: big(8192), e: big(8192) }, format: 'jwk' });
    const pem = key.export({ format: 'pem', type: 'spki' }).toString();
    const json = { keytype: 'rsa', scheme: 'rsassa-pss-sha256', keyval: { public: pem } };
    const file = rootBy(json, () => Buffer.alloc(8192, 1));
    await assert.rejects(bundled.library.claimsOf(file), { code: 'role.threshold' });
  });

  /** One root that such a key signs, and the same with a signature that is not quite right. */
  async function verifiesAndRefuses(
    json: KeyJson,
    by: (data: Uint8Array) => Uint8Array,
  ): Promise<void> {
    const good = rootBy(json, by);
    const claims = await bundled.library.claimsOf(good);
    assert.equal(claims.fingerprint, rootFingerprint(good));
    const bad = rootBy(json, (data) => {
      const sig = Buffer.from(by(data));
      sig.writeUInt8(sig.readUInt8(sig.length - 1) ^ 1, sig.length - 1);
      return sig;
    });
    await assert.rejects(bundled.library.claimsOf(bad), { code: 'role.threshold' });
  }
});

/** Other bytes of the same meaning: nothing is known of its signature yet. */
function fresh(root: Uint8Array): Uint8Array {
  return Buffer.concat([root, Buffer.from(' ')]);
}

/** A root that one key signs. */
function rootBy(json: KeyJson, by: (data: Uint8Array) => Uint8Array): Uint8Array {
  const keyid = computeKeyId(json);
  const role = { keyids: [keyid], threshold: 1 };
  const signed = {
    _type: 'root',
    spec_version: '1.0.34',
    version: 1,
    expires: '2031-01-01T00:00:00Z',
    consistent_snapshot: true,
    keys: { [keyid]: json },
    roles: { root: role, timestamp: role, snapshot: role, targets: role },
  };
  const sig = Buffer.from(by(canonicalBytes(signed, 'a root'))).toString('hex');
  return formatDocument(signed, [{ keyid, sig }]);
}

function edit(
  files: Map<string, Uint8Array>,
  name: string,
  change: (text: string) => string,
): void {
  const before = Buffer.from(files.get(`metadata/${name}`) ?? '').toString();
  const after = change(before);
  assert.notEqual(after, before);
  files.set(`metadata/${name}`, Buffer.from(after));
}

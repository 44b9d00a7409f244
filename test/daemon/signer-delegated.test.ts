import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { writeSignerSettings } from '../../core/home/signer-settings.ts';
import { verifySignature, type PublicKey } from '../../core/metadata/keys.ts';
import { generateKey } from '../../core/signers/open-signer.ts';
import { allowDelegated } from '../../daemon/signer/delegated-policy.ts';
import type { Floor } from '../../daemon/signer/floor.ts';
import { startSigner, type SignerClient } from '../../daemon/signer/signer-client.ts';
import { rejectsWithFault, throwsFault } from '../kit/faults.ts';
import { freshFolders } from '../kit/folders.ts';
import { delegatedBytes, now, snapshotBytes, timestampBytes } from '../kit/online-metadata.ts';
import { signerProgram } from '../kit/signer-program.ts';
import { createToken, softHsmAvailable, type TestToken } from '../kit/softhsm.ts';

const limits = {
  maxLifeHours: { snapshot: 48, timestamp: 24, onlineRoles: 72 },
  maxVersionStep: 100,
};

describe('the signer’s own rules for a delegated role', () => {
  const published = (versions: Record<string, number>): Floor => ({
    format: 1,
    snapshot: { version: 7, sha256: '0'.repeat(64), versions },
  });
  const judge = (bytes: Uint8Array, floor: Floor = { format: 1 }) => {
    allowDelegated({ role: 'nightly', bytes }, floor, limits, now);
  };
  const refuses = (bytes: Uint8Array, floor?: Floor) =>
    throwsFault('signer.refused', () => {
      judge(bytes, floor);
    });

  it('let the next version through, again while no snapshot lists it', () => {
    const floor = published({ 'targets.json': 1, 'nightly.json': 4 });
    judge(delegatedBytes(5), floor);
    judge(delegatedBytes(5, { lifeHours: 2 }), floor);
    judge(delegatedBytes(6), floor);
  });

  it('refuse a version that is published, or was before', () => {
    const floor = published({ 'targets.json': 1, 'nightly.json': 4 });
    refuses(delegatedBytes(4), floor);
    refuses(delegatedBytes(3), floor);
  });

  it('refuse a version that leaps', () => {
    judge(delegatedBytes(104), published({ 'nightly.json': 4 }));
    refuses(delegatedBytes(105), published({ 'nightly.json': 4 }));
    refuses(delegatedBytes(101));
  });

  it('refuse a life beyond the ceiling', () => {
    judge(delegatedBytes(1, { lifeHours: 72 }));
    refuses(delegatedBytes(1, { lifeHours: 73 }));
  });

  it('refuse another type under the role’s name', () => {
    refuses(snapshotBytes(1));
    refuses(timestampBytes(1));
    refuses(delegatedBytes(1, { more: { _type: 'root' } }));
  });

  it('refuse bytes that are not in canonical form', () => {
    refuses(Buffer.from(`${delegatedBytes(1).toString()} `));
    refuses(Buffer.of());
  });

  const delegating: Record<string, unknown> = {
    'a role': { keys: {}, roles: [{ name: 'other' }] },
    'succinct roles': { keys: {}, succinct_roles: { bit_length: 2 } },
    'roles that are no list': { keys: {}, roles: {} },
    'no object': 'other',
  };
  for (const [what, delegations] of Object.entries(delegating)) {
    it(`refuse delegations: ${what}`, () => {
      refuses(delegatedBytes(1, { more: { delegations } }));
    });
  }

  it('let delegations through that are empty', () => {
    judge(delegatedBytes(1, { more: { delegations: { keys: {}, roles: [] } } }));
  });
});

describe('the signer with a token that holds the key of a delegated role', () => {
  const folder = freshFolders();
  let token: TestToken;
  let client: SignerClient;
  let online: PublicKey;
  let nightly: PublicKey;

  const snapshot = (version: number, meta?: Record<string, number>) =>
    snapshotBytes(version, { now: new Date(), ...(meta === undefined ? {} : { meta }) });
  const role = (version: number) => delegatedBytes(version, { now: new Date() });
  const settings = (uri: string) =>
    writeSignerSettings(folder(), {
      format: 1,
      keys: [token.uri('online')],
      onlineRoles: { nightly: uri },
      pkcs11Module: token.module,
    });

  before(function () {
    if (!softHsmAvailable()) this.skip();
    signerProgram();
  });
  beforeEach(async () => {
    token = createToken();
    token.use();
    const make = (label: string) =>
      generateKey(token.uri(label), 'ecdsa-sha2-nistp256', { pkcs11Module: token.module });
    online = await make('online');
    nightly = await make('nightly');
    await settings(token.uri('nightly'));
    client = startSigner({
      program: signerProgram(),
      folder: folder(),
      env: { ...process.env, ...token.env },
      log: () => undefined,
    });
  });
  afterEach(async () => {
    await client.close();
    token.dispose();
  });

  it('signs the role with its own key, and nothing else with it', async () => {
    assert.deepEqual(
      (await client.delegatedKeys('nightly')).map(({ keyid }) => keyid),
      [nightly.keyid],
    );
    const [made, ...more] = await client.signDelegated('nightly', role(1));
    assert.deepEqual(more, []);
    assert.ok(verifySignature(nightly, role(1), Buffer.from(made?.sig ?? '', 'hex')));
    assert.deepEqual(
      (await client.publicKeys()).map(({ keyid }) => keyid),
      [online.keyid],
    );
    const signed = await client.sign('snapshot', snapshot(1));
    assert.deepEqual(
      signed.map(({ keyid }) => keyid),
      [online.keyid],
    );
    await rejectsWithFault('signer.refused', client.sign('snapshot', snapshot(1), [nightly.keyid]));
  });

  for (const other of ['targets', 'root', 'snapshot', 'weekly', '__proto__', 'constructor']) {
    it(`has no key for the role ${other}`, async () => {
      await rejectsWithFault('signer.refused', client.signDelegated(other, role(1)));
      await rejectsWithFault('signer.refused', client.delegatedKeys(other));
    });
  }

  it('signs no version that its last snapshot lists', async () => {
    await client.sign('snapshot', snapshot(1, { 'targets.json': 1, 'nightly.json': 3 }));
    await rejectsWithFault('signer.refused', client.signDelegated('nightly', role(3)));
    await client.signDelegated('nightly', role(4));
  });

  it('goes on with snapshots when the role’s PIN is refused, and tries that never again', async () => {
    const pinFile = path.join(folder(), 'wrong-pin');
    writeFileSync(pinFile, '4321\n', { mode: 0o600 });
    await settings(`file:nightly.json?pin-source=file:${pinFile}`);
    await generateKey(`file:nightly.json?pin-source=file:${token.pinFile}`, 'ed25519', {
      folder: folder(),
    });
    await rejectsWithFault('signer.passphrase', client.signDelegated('nightly', role(1)));
    assert.equal((await client.sign('snapshot', snapshot(1))).length, 1);
    const { pid } = client;
    await rejectsWithFault('signer.passphrase', client.signDelegated('nightly', role(1)));
    assert.equal(client.pid, pid, 'nothing was started or ended for that');
  });
});

/** Keys as repositories have had them: the client verifies by them, whatever the gate would say. */
import assert from 'node:assert/strict';
import { createPublicKey } from 'node:crypto';
import type { JsonObject } from '../../core/metadata/json.ts';
import type { KeyJson } from '../../core/metadata/keys.ts';
import { throwsFault } from '../kit/faults.ts';
import { rsaPair } from '../kit/key-pair.ts';
import { loadSet } from '../kit/loaded-set.ts';
import { newKey, SimulatedRepository, type TestKey } from '../kit/simulated-repository.ts';

const topLevel = ['root', 'timestamp', 'snapshot', 'targets'] as const;

describe('keys in the wild', () => {
  const ed25519 = newKey();
  const p256 = newKey('ecdsa-sha2-nistp256');
  const p384 = newKey('ecdsa-sha2-nistp384');
  const rsa = newKey('rsassa-pss-sha256');
  const kinds: Readonly<Record<string, TestKey>> = {
    'Ed25519, in hex': ed25519,
    'Ed25519, in upper-case hex': withPublic(ed25519, ed25519.json.keyval.public.toUpperCase()),
    'Ed25519, in PEM': withPublic(ed25519, pemOf(ed25519)),
    'ECDSA over P-256': p256,
    'ECDSA over P-256 by its old key type': typed(p256, 'ecdsa-sha2-nistp256'),
    'ECDSA over P-256 as a point in hex': withPublic(p256, pointOf(p256)),
    'ECDSA over P-256 as sigstore had it at first': typed(
      withPublic(p256, pointOf(p256)),
      'ecdsa-sha2-nistp256',
    ),
    'ECDSA over P-384': p384,
    'ECDSA over P-384 by its own key type': typed(p384, 'ecdsa-sha2-nistp384'),
    'ECDSA over P-384 as a point in hex': withPublic(p384, pointOf(p384)),
    'RSASSA-PSS with SHA-256': rsa,
    'RSASSA-PSS with SHA-384': newKey('rsassa-pss-sha384'),
    'RSASSA-PSS with SHA-512': newKey('rsassa-pss-sha512'),
    'RSA in PEM without its last line break': withPublic(rsa, rsa.json.keyval.public.trimEnd()),
    'RSA in PEM of another system': withPublic(
      rsa,
      rsa.json.keyval.public.replaceAll('\n', '\r\n'),
    ),
    'a keyid that is no hash': { ...ed25519, keyid: 'the key of alice' },
    'a keyid in upper case': { ...ed25519, keyid: ed25519.keyid.toUpperCase() },
    keyid_hash_algorithms: withFields(ed25519, { keyid_hash_algorithms: ['sha256', 'sha512'] }),
    'a wrong keyid_hash_algorithms': withFields(ed25519, { keyid_hash_algorithms: ['md5'] }),
    'a keyid in the key': withFields(ed25519, { keyid: ed25519.keyid }),
    'an empty private part': withFields(ed25519, {
      keyval: { ...ed25519.json.keyval, private: '' },
    }),
    'fields of others': withFields(ed25519, { 'x-a': { b: [1, null] }, owner: '😀' }),
  };

  for (const [kind, key] of Object.entries(kinds)) {
    it(`${kind}: verifies every role`, () => {
      const { repository, publish } = signedBy(key);
      publish();
      assert.equal(loadSet(repository).targets?.signed.version, 1);
    });

    it(`${kind}: verifies no other signature`, () => {
      const { repository, publish } = signedBy(key);
      repository.signers.set('team', [{ ...newKey(), keyid: key.keyid }]);
      publish();
      throwsFault('role.threshold', () => loadSet(repository));
    });
  }

  describe('that are of no use here', () => {
    const useless: Readonly<Record<string, JsonObject>> = {
      'of a scheme that nobody knows': keyJson('dilithium', 'ml-dsa-65', { public: 'ab' }),
      'of an identity': keyJson('sigstore-oidc', 'Fulcio', { identity: 'a@b', issuer: 'c' }),
      'with a value that is no text': keyJson('ed25519', 'ed25519', { public: { a: 1 } }),
      'with no value': keyJson('ed25519', 'ed25519', {}),
      'with a point that is not on the curve': keyJson('ecdsa', 'ecdsa-sha2-nistp256', {
        public: `04${'11'.repeat(64)}`,
      }),
      'on another curve': keyJson('ecdsa', 'ecdsa-sha2-nistp384', { public: pointOf(p256) }),
      'of RSA with less than 2048 bits': smallRsa(),
      'whose name is that of a scheme of objects': keyJson('constructor', '__proto__', {}),
    };

    for (const [what, json] of Object.entries(useless)) {
      it(`${what}: harm nobody while others meet the threshold`, () => {
        const { repository, publish } = signedBy(ed25519);
        beside(repository, json, 1);
        publish();
        assert.ok(loadSet(repository).targets);
      });

      it(`${what}: do not count`, () => {
        const { repository, publish } = signedBy(ed25519);
        beside(repository, json, 2);
        publish();
        throwsFault('role.threshold', () => loadSet(repository));
      });
    }

    it('because nothing stands under the keyid: harm nobody', () => {
      const { repository, publish } = signedBy(ed25519);
      for (const name of topLevel) repository.root.roles[name].keyids.push('nobody', 'constructor');
      publish();
      assert.ok(loadSet(repository).targets);
    });
  });

  it('that are JSON of another shape make the file one of another shape', () => {
    for (const json of [null, 'ab', [], {}, { keytype: 1, scheme: 'a', keyval: {} }]) {
      const { repository, publish } = signedBy(ed25519);
      repository.root.keys['odd'] = json as unknown as KeyJson;
      publish();
      throwsFault('json.shape', () => loadSet(repository));
    }
  });
});

/** A repository of which one key signs all. */
function signedBy(key: TestKey) {
  const repository = new SimulatedRepository();
  for (const role of topLevel) repository.rotate(role, [key]);
  repository.addTarget('a.txt', 'a');
  repository.delegate('team', { keys: [key] });
  const publish = () => {
    repository.publishRoot();
    repository.publish();
  };
  return { repository, publish };
}

/** Another key of each top-level role, which signs whatever it likes. */
function beside(repository: SimulatedRepository, json: JsonObject, threshold: number): void {
  const other: TestKey = { ...newKey(), keyid: 'other', json: newKey().json };
  repository.root.keys['other'] = json as KeyJson;
  for (const role of topLevel) {
    repository.root.roles[role].keyids.push('other');
    repository.root.roles[role].threshold = threshold;
    repository.signers.set(role, [...repository.signersOf(role), other]);
  }
}

function keyJson(keytype: string, scheme: string, keyval: JsonObject): JsonObject {
  return { keytype, scheme, keyval };
}

function smallRsa(): JsonObject {
  const { publicKey } = rsaPair(1024);
  const text = publicKey.export({ format: 'pem', type: 'spki' }).toString();
  return keyJson('rsa', 'rsassa-pss-sha256', { public: text });
}

function withFields(key: TestKey, more: JsonObject): TestKey {
  return { ...key, json: { ...key.json, ...more } };
}

function withPublic(key: TestKey, text: string): TestKey {
  return withFields(key, { keyval: { public: text } });
}

function typed(key: TestKey, keytype: string): TestKey {
  return withFields(key, { keytype });
}

function pemOf({ privateKey }: TestKey): string {
  return createPublicKey(privateKey).export({ format: 'pem', type: 'spki' }).toString();
}

/** The uncompressed point in hex. */
function pointOf({ privateKey }: TestKey): string {
  const { x = '', y = '' } = createPublicKey(privateKey).export({ format: 'jwk' });
  return `04${Buffer.from(x, 'base64url').toString('hex')}${Buffer.from(y, 'base64url').toString('hex')}`;
}

import type { JsonObject } from '../../core/metadata/json.ts';
import { computeKeyId, type Scheme } from '../../core/metadata/keys.ts';
import { ecPair } from '../kit/key-pair.ts';
import { newKey, type TestKey } from '../kit/simulated-repository.ts';
import { renamed } from '../kit/test-keys.ts';
import { tamper } from './kit/forgery.ts';
import { refreshCases, type RefreshCase } from './kit/refresh-cases.ts';

const kinds: readonly (readonly [scheme: Scheme, keytype: string])[] = [
  ['ed25519', 'ed25519'],
  ['ecdsa-sha2-nistp256', 'ecdsa'],
  ['ecdsa-sha2-nistp256', 'ecdsa-sha2-nistp256'],
  ['ecdsa-sha2-nistp384', 'ecdsa'],
  ['ecdsa-sha2-nistp384', 'ecdsa-sha2-nistp384'],
  ['rsassa-pss-sha256', 'rsa'],
  ['rsassa-pss-sha384', 'rsa'],
  ['rsassa-pss-sha512', 'rsa'],
];

/** All top-level roles are signed by one key of each kind, and root by two. */
for (const [scheme, keytype] of kinds) {
  refreshCases(`a key of type ${keytype} and scheme ${scheme}`, {
    'signs every role': signedBy(() => newKey(scheme, { keytype })),
    'is refused when its signature is another': {
      ...signedBy(() => newKey(scheme, { keytype }), reverseSignature),
      asks: '2.root 3.root timestamp',
      exit: 1,
      fault: 'role.threshold',
      trusts: 'root 2, targets 1',
    },
  });
}

refreshCases('a key object', {
  'that holds its keyid is one like others': signedBy(() => {
    const key = newKey();
    return { ...key, json: { ...key.json, keyid: key.keyid } };
  }),
  'that holds the hash algorithms of old is one like others': signedBy(() =>
    newKey('ed25519', { keyid_hash_algorithms: ['sha256', 'sha512'] }),
  ),
  'that names an algorithm nobody uses is one like others': signedBy(() =>
    newKey('ed25519', { keyid_hash_algorithms: 'md5' }),
  ),
  'with fields of its own is one like others': signedBy(() =>
    newKey('ecdsa-sha2-nistp256', { 'x-tuf-on-ci-keyowner': '@alice', more: { a: [1, 2] } }),
  ),
  'under a keyid that is not its digest is one like others': signedBy(() => {
    const key = newKey();
    return renamed(key, `key-${key.keyid.slice(0, 8)}`);
  }),
});

/** Keys that nobody can verify with. */
const unusableKeys: Readonly<Record<string, JsonObject>> = {
  'of an unknown scheme': {
    keytype: 'post-quantum',
    scheme: 'dilithium9',
    keyval: { public: '00' },
  },
  'of a scheme that is not its type': { ...newKey('ecdsa-sha2-nistp256').json, scheme: 'ed25519' },
  'without a value': { keytype: 'ed25519', scheme: 'ed25519', keyval: { public: '' } },
  'that is no PEM': { keytype: 'rsa', scheme: 'rsassa-pss-sha256', keyval: { public: 'key' } },
  'on another curve': {
    keytype: 'ecdsa',
    scheme: 'ecdsa-sha2-nistp256',
    keyval: { public: secp256k1() },
  },
};

for (const [name, json] of Object.entries(unusableKeys)) {
  refreshCases(`a key ${name}`, {
    'beside a good one does no harm': {
      server: (repository) => {
        const good = newKey();
        repository.rotate('timestamp', [good, unusable(json)]);
        repository.signers.set('timestamp', [good]);
        repository.publishRoot();
        repository.publishTimestamp();
      },
      exit: 0,
      trusts: 'root 2, snapshot 1, targets 1, timestamp 2',
    },
    'signs nothing': {
      server: (repository) => {
        const bad = unusable(json);
        repository.rotate('timestamp', [bad]);
        repository.signers.set('timestamp', [newKey()]);
        repository.publishRoot();
        repository.publishTimestamp();
        tamper(repository, 'timestamp', ({ signatures: [signature] }) => {
          if (signature !== undefined) signature.keyid = bad.keyid;
        });
      },
      exit: 1,
      fault: 'role.threshold',
      trusts: 'root 2, targets 1',
    },
  });
}

function signedBy(key: () => TestKey, then?: typeof reverseSignature): RefreshCase {
  return {
    server: (repository) => {
      for (const role of ['timestamp', 'snapshot', 'targets'] as const) {
        repository.rotate(role, [key()]);
      }
      repository.rotate('root', [key(), key()]);
      repository.root.roles.root.threshold = 2;
      repository.publishRoot();
      repository.publish();
      if (then !== undefined) tamper(repository, 'timestamp', then);
    },
    exit: 0,
    asks: '2.root 3.root timestamp 2.snapshot 2.targets',
    trusts: 'root 2, snapshot 2, targets 2, timestamp 2',
  };
}

/** It only has to be named: others sign. */
function unusable(json: JsonObject): TestKey {
  const own = json as TestKey['json'];
  return { ...newKey(), json: own, keyid: computeKeyId(own) };
}

function reverseSignature(file: { signatures: { sig: string }[] }): void {
  for (const signature of file.signatures) {
    signature.sig = Buffer.from(signature.sig, 'hex').reverse().toString('hex');
  }
}

function secp256k1(): string {
  const { publicKey } = ecPair('secp256k1');
  return publicKey.export({ format: 'pem', type: 'spki' }).toString();
}

/** Signatures and the keys behind them: the codes `signature.*` and `key.*`. */
import { computeKeyId, type KeyJson } from '../../../core/metadata/keys.ts';
import {
  alice,
  aliceOrBob,
  aliceSignatures,
  all,
  newRole,
  policy,
  targets,
} from '../../kit/changes.ts';
import { ecPair, rsaPair } from '../../kit/key-pair.ts';
import type { Change } from '../../kit/push-scene.ts';
import { delegationTo, keysOf, people } from '../../kit/source-tree.ts';
import type { PushCase } from './push-case.ts';

const { bob, online, stranger } = people;

/** Alice's role names these keys, without delegating to anybody. */
const withKeys = (...keys: readonly KeyJson[]): Change =>
  alice({
    delegations: {
      keys: Object.fromEntries(keys.map((key) => [computeKeyId(key), key])),
      roles: [],
    },
  });

const ed25519 = (hex: string): KeyJson => ({ ...bob.json, keyval: { public: hex } });

const ecdsa = (namedCurve: string, scheme: string): KeyJson => {
  const { publicKey } = ecPair(namedCurve);
  const pem = publicKey.export({ format: 'pem', type: 'spki' }).toString();
  return { keytype: 'ecdsa', scheme, keyval: { public: pem } };
};
const p256 = ecdsa('prime256v1', 'ecdsa-sha2-nistp256');
const p384 = ecdsa('secp384r1', 'ecdsa-sha2-nistp384');

const rsa = (modulusLength: number): KeyJson => {
  const { publicKey } = rsaPair(modulusLength);
  const pem = publicKey.export({ format: 'pem', type: 'spki' }).toString();
  return { keytype: 'rsa', scheme: 'rsassa-pss-sha256', keyval: { public: pem } };
};

const respelled = (key: KeyJson): KeyJson => ({
  ...key,
  keyval: { public: key.keyval.public.trimEnd() },
});

/** A new role whose delegation names one key under this keyid. */
const delegatedTo = (key: KeyJson, keyid: string): Change => {
  const role = { ...delegationTo('more', bob, 'more/*'), keyids: [bob.keyid] };
  const delegations = {
    keys: { ...keysOf(bob), [keyid]: key },
    roles: [{ ...role, paths: ['alice-project/more/*/*'] }],
  };
  return all(newRole('more', [bob]), alice({ delegations }));
};

export const keyCases: readonly PushCase[] = [
  {
    code: 'signature.form',
    bad: [
      'a signature in upper-case hex',
      aliceSignatures(({ keyid, sig }) => [{ keyid, sig: sig.toUpperCase() }]),
    ],
    good: ['the signature in lower-case hex', aliceSignatures((byAlice) => [byAlice])],
  },
  {
    code: 'signature.empty',
    bad: [
      'an empty signature beside a good one',
      all(
        aliceOrBob,
        aliceSignatures((byAlice, { keyid }) => [byAlice, { keyid, sig: '' }]),
      ),
    ],
    good: [
      'the good one alone',
      all(
        aliceOrBob,
        aliceSignatures((byAlice) => [byAlice]),
      ),
    ],
  },
  {
    code: 'signature.duplicate',
    bad: [
      'one signature twice',
      all(
        aliceOrBob,
        aliceSignatures((byAlice) => [byAlice, byAlice]),
      ),
    ],
    good: [
      'two signatures by two keys',
      all(
        aliceOrBob,
        aliceSignatures((byAlice, byBob) => [byAlice, byBob]),
      ),
    ],
  },
  {
    code: 'signature.unauthorised',
    bad: [
      'a stranger’s signature beside a good one',
      all(aliceOrBob, alice({}, [people.alice, stranger])),
    ],
    good: ['two authorised signatures', all(aliceOrBob, alice({}, [people.alice, bob]))],
  },
  {
    code: 'signature.invalid',
    bad: [
      'a signature over something else beside a good one',
      all(
        aliceOrBob,
        aliceSignatures((byAlice, { keyid }) => [byAlice, { ...byAlice, keyid }]),
      ),
    ],
    good: [
      'both over the content',
      all(
        aliceOrBob,
        aliceSignatures((byAlice, byBob) => [byAlice, byBob]),
      ),
    ],
  },
  {
    code: 'signature.too-many',
    bad: [
      'two signatures where one key is authorised',
      aliceSignatures((byAlice, byBob) => [byAlice, byBob]),
    ],
    good: ['one signature', aliceSignatures((byAlice) => [byAlice])],
  },

  {
    code: 'key.form',
    bad: ['an Ed25519 key of small order', withKeys(ed25519(`01${'00'.repeat(31)}`))],
    good: ['an Ed25519 key', withKeys(stranger.json)],
  },
  {
    code: 'key.form',
    bad: ['an Ed25519 key in upper-case hex', withKeys(ed25519('AB'.repeat(32)))],
    good: ['the key in lower-case hex', withKeys(ed25519('ab'.repeat(32)))],
  },
  {
    code: 'key.form',
    bad: ['a PEM without its last line feed', withKeys(respelled(p256))],
    good: ['the PEM as it is exported', withKeys(p256)],
  },
  {
    code: 'key.unsupported',
    bad: ['P-384 while tuf-js is listed', withKeys(p384)],
    good: [
      'P-384 while it is not',
      all(policy({ clients: ['python-tuf', 'go-tuf', 'tough'] }), withKeys(p384)),
    ],
  },
  {
    code: 'key.unsupported',
    bad: ['an RSA key of 1024 bits', withKeys(rsa(1024))],
    good: ['an RSA key of 2048 bits', withKeys(rsa(2048))],
  },
  {
    code: 'key.id',
    bad: [
      'a key under the keyid of its twin without an owner',
      delegatedTo(stranger.json, computeKeyId({ ...stranger.json, 'x-tuf-on-ci-keyowner': '@x' })),
    ],
    good: ['the key under its keyid', delegatedTo(stranger.json, stranger.keyid)],
  },
  {
    code: 'key.same-key',
    bad: [
      'one key under two keyids',
      withKeys(bob.json, { ...bob.json, 'x-tuf-on-ci-keyowner': '@twin' }),
    ],
    good: ['two keys', withKeys(bob.json, stranger.json)],
  },
  {
    code: 'key.shared-online',
    bad: [
      'the online key among a project’s',
      targets({ alice: { keyids: [people.alice.keyid, online.keyid] }, keys: [online] }),
    ],
    good: [
      'another key among a project’s',
      targets({ alice: { keyids: [people.alice.keyid, stranger.keyid] }, keys: [stranger] }),
    ],
  },
];

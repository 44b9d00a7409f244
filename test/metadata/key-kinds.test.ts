import assert from 'node:assert/strict';
import type { Scheme } from '../../core/metadata/keys.ts';
import { TrustedSet } from '../../core/metadata/trusted-set.ts';
import { newKey, SimulatedRepository, testTime } from '../kit/simulated-repository.ts';

const kinds: readonly (readonly [Scheme, string])[] = [
  ['ed25519', 'ed25519'],
  ['ecdsa-sha2-nistp256', 'ecdsa'],
  ['ecdsa-sha2-nistp256', 'ecdsa-sha2-nistp256'],
  ['ecdsa-sha2-nistp384', 'ecdsa'],
  ['ecdsa-sha2-nistp384', 'ecdsa-sha2-nistp384'],
  ['rsassa-pss-sha256', 'rsa'],
  ['rsassa-pss-sha384', 'rsa'],
  ['rsassa-pss-sha512', 'rsa'],
];

describe('the trusted set and the kinds of keys', () => {
  for (const [scheme, keytype] of kinds) {
    it(`takes a root signed by a key of type ${keytype} and scheme ${scheme}`, () => {
      const repository = new SimulatedRepository();
      const set = TrustedSet.fromRoot(repository.bytes('root'), { referenceTime: testTime });
      repository.rotate('root', [newKey(scheme, { keytype })]);
      assert.equal(set.updateRoot(repository.publishRoot()).signed.version, 2);
    });
  }
});

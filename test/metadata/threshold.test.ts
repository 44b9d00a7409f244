import assert from 'node:assert/strict';
import { formatDocument, parseDocument } from '../../core/metadata/document.ts';
import { computeKeyId, parseKey } from '../../core/metadata/keys.ts';
import { countSignatures, verifyThreshold } from '../../core/metadata/threshold.ts';
import { authorityOf } from '../kit/authority.ts';
import { throwsFault } from '../kit/faults.ts';
import { makeKey, people, roleSigned, signaturesOf } from '../kit/source-tree.ts';

const signed = roleSigned(1, {});
const { alice, bob, stranger } = people;

function documentOf(signatures: { keyid: string; sig: string }[]) {
  return parseDocument('targets', formatDocument(signed, signatures));
}

describe('thresholds', () => {
  it('counts each valid signature of an authorised key', () => {
    const count = countSignatures(
      documentOf(signaturesOf(signed, [alice, bob])),
      authorityOf(2, alice, bob),
    );
    assert.equal(count.signers.length, 2);
  });

  it('counts one private key under two keyids once', () => {
    const json = { ...alice.json, 'x-twin': 'y' };
    const twin = { ...parseKey(json, computeKeyId(json)), privateKey: alice.privateKey };
    const document = documentOf(signaturesOf(signed, [alice, twin]));
    throwsFault('role.threshold', () => {
      verifyThreshold(document, authorityOf(2, alice, twin), 'targets');
    });
  });

  it('refuses one key that signs twice under one keyid (CVE-2020-6174)', () => {
    const [one] = signaturesOf(signed, [alice]);
    assert.ok(one);
    throwsFault('signature.duplicate', () => documentOf([one, one]));
  });

  it('tolerates a stranger’s signature and a bad one beside enough good ones', () => {
    const [good, foreign] = signaturesOf(signed, [alice, stranger]);
    assert.ok(good && foreign);
    const document = documentOf([good, foreign, { keyid: bob.keyid, sig: '00' }]);
    const count = countSignatures(document, authorityOf(1, alice, bob));
    assert.deepEqual(count.unauthorised, [stranger.keyid]);
    assert.deepEqual(count.invalid, [bob.keyid]);
    verifyThreshold(document, authorityOf(1, alice, bob), 'targets');
  });

  it('makes the canonical form once, however many keys sign and whoever delegates', () => {
    const keys = [alice, bob, stranger, makeKey(), makeKey()];
    const document = documentOf(signaturesOf(signed, keys));
    const made = new Set<Uint8Array>();
    // The seam that verification reads: each canonical form that it is given counts.
    const watched = {
      ...document,
      get signedBytes() {
        made.add(document.signedBytes);
        return document.signedBytes;
      },
    };
    assert.equal(countSignatures(watched, authorityOf(5, ...keys)).signers.length, 5);
    assert.equal(countSignatures(watched, authorityOf(1, ...keys)).signers.length, 5);
    assert.equal(made.size, 1);
  });

  it('does not count empty or malformed hex', () => {
    const document = documentOf([
      { keyid: alice.keyid, sig: '' },
      { keyid: bob.keyid, sig: 'zz' },
    ]);
    assert.equal(countSignatures(document, authorityOf(1, alice, bob)).signers.length, 0);
  });

  it('is never met by a threshold below one (CVE-2026-23992)', () => {
    for (const threshold of [0, -1]) {
      throwsFault('role.threshold', () => {
        verifyThreshold(documentOf([]), authorityOf(threshold, alice), 'targets');
      });
    }
  });
});

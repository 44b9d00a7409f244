import assert from 'node:assert/strict';
import { formatDocument, parseDocument } from '../../core/metadata/document.ts';
import type { Authority } from '../../core/metadata/threshold.ts';
import {
  signatureLine,
  signatureStatus,
  signatureWords,
} from '../../core/rules/signature-status.ts';
import { authorityOf } from '../kit/authority.ts';
import { people, roleSigned, rootSigned, signaturesOf, type TestKey } from '../kit/source-tree.ts';

const { admin, alice, bob, root1, root2, root3, stranger } = people;
const signed = roleSigned(4, {});

function statusOf(signers: readonly TestKey[], authority: Authority, over = signed) {
  const after = parseDocument('targets', formatDocument(signed, signaturesOf(over, signers)));
  return signatureStatus({ name: 'targets', after, authority });
}

describe('who signed and who is missing', () => {
  const three = authorityOf(2, alice, bob, stranger);

  it('is said in plain words', () => {
    const said = (signers: readonly TestKey[], authority: Authority) =>
      signatureWords(statusOf(signers, authority));
    assert.equal(said([], authorityOf(1, alice)), '0 of 1 signature; @alice is missing');
    assert.equal(said([alice], authorityOf(1, alice)), '1 of 1 signature');
    assert.equal(said([alice], three), '1 of 2 signatures; @bob or @stranger is missing');
    assert.equal(said([], three), '0 of 2 signatures; 2 of @alice, @bob and @stranger are missing');
    assert.equal(
      said([], authorityOf(2, alice, bob)),
      '0 of 2 signatures; @alice and @bob are missing',
    );
  });

  it('does not count a signature over other content, nor one by somebody else', () => {
    const one = authorityOf(1, alice);
    assert.equal(signatureWords(statusOf([admin], one)), '0 of 1 signature; @alice is missing');
    assert.equal(statusOf([alice], one, roleSigned(3, {})).isComplete, false);
  });

  it('names role and version, and tells the old keys of a root from its own', () => {
    assert.equal(
      signatureLine(statusOf([bob], three)),
      'targets version 4: 1 of 2 signatures; @alice or @stranger is missing',
    );
    const next = rootSigned(2);
    const after = parseDocument('root', formatDocument(next, signaturesOf(next, [root1])));
    const by = (keysOfRoot: number, ...keys: readonly TestKey[]) =>
      signatureLine(
        signatureStatus({ name: 'root', after, authority: authorityOf(1, ...keys), keysOfRoot }),
      );
    assert.equal(by(1, root1, root2), 'root version 2, by the keys of version 1: 1 of 1 signature');
    assert.equal(
      by(2, root3),
      'root version 2, by its own keys: 0 of 1 signature; @root3 is missing',
    );
  });
});

import assert from 'node:assert/strict';
import { folded, isNormal } from '../../core/metadata/text-form.ts';

describe('the form of a text', () => {
  it('is normal in NFC and in nothing else', () => {
    assert.equal(isNormal('caf\u00e9'), true);
    assert.equal(isNormal('cafe\u0301'), false);
  });

  it('is none when more marks follow each other than in any language', () => {
    assert.equal(isNormal(`q${'\u0323'.repeat(30)}`), true);
    assert.equal(isNormal(`q${'\u0323'.repeat(31)}`), false);
    // Minutes, were it normalised.
    assert.equal(isNormal(`q${'\u0307\u0323'.repeat(150_000)}`), false);
    assert.notEqual(folded(`q${'\u0307\u0323'.repeat(150_000)}`), '');
  });

  it('is one for all spellings of a name', () => {
    for (const [one, other] of [
      ['Tool', 'tOOL'],
      ['straße', 'STRASSE'],
      ['ΟΔΟΣ', 'οδοσ'],
      ['οδος', 'οδοσ'],
      ['caf\u00e9', 'CAFE\u0301'],
    ] as const) {
      assert.equal(folded(one), folded(other), `${one} ${other}`);
    }
    assert.notEqual(folded('ısı'), folded('isi'));
  });

  it('keeps what two texts begin with', () => {
    assert.ok(folded('ΟΔΟΣΑ').startsWith(folded('ΟΔΟΣ')));
  });
});

import assert from 'node:assert/strict';
import { misfit, type Renames } from './kit/same-words.ts';
import { stepsOf, withAnswers } from './kit/transcript.ts';

describe('what a page shows, beside what a run said', () => {
  const [one, other] = ['a'.repeat(64), 'b'.repeat(64)];

  it('fits line by line, and parts where a word is another', () => {
    assert.equal(misfit(['x 1', 'y'], ['x 1', 'y'], new Map()), undefined);
    assert.match(
      misfit(['x 1', 'y'], ['x 2', 'y'], new Map()) ?? '',
      /shown: x 1\n {2}said: {2}x 2/,
    );
    assert.match(misfit(['x'], ['x', 'y'], new Map()) ?? '', /also said: y/);
    assert.match(misfit(['x', 'y'], ['x'], new Map()) ?? '', /did not say: y/);
    assert.match(misfit([], ['x'], new Map()) ?? '', /also said: x/);
  });

  it('may leave lines out where it says so, and nowhere else', () => {
    assert.equal(misfit(['x', '…', 'z'], ['x', 'y', 'y', 'z'], new Map()), undefined);
    assert.equal(misfit(['…'], [], new Map()), undefined);
    assert.ok(misfit(['x', '…', 'z'], ['x', 'y', 'y'], new Map()));
  });

  it('may name keys and hashes otherwise, but the same one always the same', () => {
    const renames: Renames = new Map();
    assert.equal(misfit([`key ${one}`], [`key ${other}`], renames), undefined);
    assert.equal(
      misfit([`key ${one.slice(0, 8)}`], [`key ${other.slice(0, 8)}`], renames),
      undefined,
    );
    assert.ok(misfit([`key ${one}`], [`key ${one}`], renames));
    assert.ok(misfit([`key ${one}`], [`key ${other.slice(0, 40)}`], renames));
  });

  it('may have keys in another order', () => {
    const page = [`+ key ${one}: @bob`, `+ key ${other}: @alice`, 'end'];
    const run = [`+ key ${one}: @alice`, `+ key ${other}: @bob`, 'end'];
    assert.equal(misfit(page, run, new Map()), undefined);
    assert.ok(misfit(page, [...run.slice(0, 1), ...run.slice(2)], new Map()));
  });
});

describe('a page', () => {
  const page = [
    'Words.',
    '',
    '    alice$ one \\',
    '      --more',
    '    first',
    '',
    '    second',
    '    bob$ two',
    '',
    'More words.',
  ].join('\n');

  it('is read as who typed what, and saw what', () => {
    assert.deepEqual(stepsOf(page), [
      { person: 'alice', command: 'one \\\n--more', shown: ['first', '', 'second'], line: 3 },
      { person: 'bob', command: 'two', shown: [], line: 8 },
    ]);
  });

  it('takes other answers in the place of those that it shows', () => {
    const written = withAnswers(page, [['other'], ['answer', '', 'end']]);
    assert.deepEqual(
      stepsOf(written).map(({ shown }) => shown),
      [['other'], ['answer', '', 'end']],
    );
    assert.ok(written.endsWith('\n\nMore words.'));
    assert.equal(withAnswers(page, [['first', '', 'second'], []]), page);
  });
});

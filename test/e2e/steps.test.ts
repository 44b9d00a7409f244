/** What a story looks like: on a terminal, with NO_COLOR, and in a pipe. */
import assert from 'node:assert/strict';
import { Steps } from '../../example-repo/kit/steps.ts';

const sentence = 'a sentence that is much too long to stand in one line of a narrow terminal';

async function told(isTTY: boolean, env: NodeJS.ProcessEnv): Promise<string> {
  const written: string[] = [];
  const out = { isTTY, columns: 40, write: (text: string) => written.push(text) };
  const steps = new Steps({ out, env });
  await steps.act('An act');
  await steps.step('somebody does something', () => Promise.resolve());
  steps.note(sentence);
  return written.join('');
}

describe('the lines of a story', () => {
  it('have colours, and are no wider than the terminal, on a terminal', async () => {
    const text = await told(true, {});
    assert.match(text, /\u001b\[1mAn act/u);
    const shown = text.replaceAll(/\u001b\[[\d;]*[mK]/gu, '').split(/[\r\n]/);
    for (const line of shown) assert(line.length <= 40, line);
    assert(
      shown
        .map((line) => line.trim())
        .join(' ')
        .includes(sentence),
    );
  });

  it('have no colours with NO_COLOR', async () => {
    assert.doesNotMatch(await told(true, { NO_COLOR: '1' }), /\u001b\[[\d;]*m/u);
  });

  it('are plain in a pipe, one for each step, however long', async () => {
    const text = await told(false, {});
    assert.doesNotMatch(text, /[\r\u001b]/u);
    assert.match(text, /^ {2}✓ somebody does something … \d+ ms$/m);
    assert(text.includes(`\n      ${sentence}\n`));
  });
});

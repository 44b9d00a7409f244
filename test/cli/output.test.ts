import assert from 'node:assert/strict';
import { makeOutput, type Output } from '../../cli/terminal/output.ts';

interface Captured {
  readonly out: Output;
  readonly stdout: string[];
  readonly stderr: string[];
}

function capture(isTTY: boolean, env: NodeJS.ProcessEnv = {}): Captured {
  const stdout: string[] = [];
  const stderr: string[] = [];
  const to = (texts: string[]) => ({ isTTY, write: (text: string) => texts.push(text) });
  return { out: makeOutput(to(stdout), to(stderr), env), stdout, stderr };
}

const escape = '\u001b[31mred\u001b[0m\u202e\u009b2J';

describe('what a command prints', () => {
  it('keeps results on stdout and everything else on stderr', () => {
    const { out, stdout, stderr } = capture(false);
    out.result('a result');
    out.json({ a: 1 });
    out.table(['HEAD'], [['cell']]);
    out.say('progress');
    out.warn('careful');
    out.error('it failed');
    assert.equal(stdout.join(''), 'a result\n{\n  "a": 1\n}\nHEAD\ncell\n');
    assert.equal(stderr.join(''), 'progress\nwarning: careful\ntuf-on-git: it failed\n');
  });

  it('lets no terminal escape of foreign text through, on a terminal either', () => {
    for (const isTTY of [false, true]) {
      const { out, stdout, stderr } = capture(isTTY, { NO_COLOR: '1' });
      out.result(escape);
      out.table(['HEAD'], [[escape]]);
      out.say(escape);
      out.warn(escape);
      out.error(escape);
      assert.doesNotMatch([...stdout, ...stderr].join(''), /[^\P{C}\n]/u);
    }
  });

  it('writes JSON that carries such text as escapes, and unchanged', () => {
    const { out, stdout } = capture(true);
    const value = { text: `${escape}\u{e0001}`, list: ['a\nb'] };
    out.json(value);
    assert.doesNotMatch(stdout.join(''), /[^\P{C}\n]/u);
    assert.deepEqual(JSON.parse(stdout.join('')), value);
  });

  it('colours only on a terminal that wants it', () => {
    const lines = [
      capture(false),
      capture(true, { NO_COLOR: '1' }),
      capture(true, { TERM: 'dumb' }),
      capture(true),
    ].map(({ out, stderr }) => {
      out.say('done', 'good');
      return stderr.join('');
    });
    assert.deepEqual(lines, ['done\n', 'done\n', 'done\n', '\u001b[32mdone\u001b[39m\n']);
  });

  it('aligns columns by what is visible, and prints no table without rows', () => {
    const { out, stdout } = capture(false);
    out.table(['A', 'B'], []);
    assert.deepEqual(stdout, []);
    out.table(
      ['NAME', 'N'],
      [
        ['a\u0007', '1'],
        ['longer name', '22'],
      ],
    );
    assert.equal(stdout.join(''), 'NAME         N\na\\u{0007}    1\nlonger name  22\n');
  });
});

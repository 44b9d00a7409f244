import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { rm } from 'node:fs/promises';
import type { ServerResponse } from 'node:http';
import path from 'node:path';
import { downloadProgress } from '../../cli/terminal/download-progress.ts';
import { makeOutput } from '../../cli/terminal/output.ts';
import { fitted, textWidth } from '../../cli/terminal/text-width.ts';
import { ended } from '../kit/cli.ts';
import { downloader } from '../kit/downloader.ts';
import { until } from '../kit/until.ts';

describe('the progress of a download, in one line', () => {
  const lines: string[] = [];
  let now = 0;
  beforeEach(() => {
    lines.length = 0;
    now = 0;
  });
  const of = (...lengths: number[]) =>
    downloadProgress(
      lengths.map((length, at) => ({ path: `a/b/1/${at}.bin`, length })),
      (text) => lines.push(text),
      () => now,
    );
  const after = (ms: number, tell: () => void) => {
    now += ms;
    tell();
  };

  it('says which file, how much of it, and how quickly it comes', () => {
    const progress = of(40_000_000);
    after(1000, () => {
      progress.received('a/b/1/0.bin', 10_000);
    });
    after(1000, () => {
      progress.received('a/b/1/0.bin', 10_010_000);
    });
    assert.equal(lines[0], '0.bin   0% 0.0 of 40.0 MB [--------------------]');
    assert.equal(lines[1], '0.bin  25% 10.0 of 40.0 MB, 10.0 MB/s [#####---------------]');
  });

  it('counts files where there are several', () => {
    const progress = of(1000, 2000, 0);
    after(1000, () => {
      progress.received('a/b/1/0.bin', 1000);
    });
    after(1000, () => {
      progress.done('a/b/1/0.bin');
    });
    assert.match(lines[1] ?? '', /^1 of 3 files {2}33% 1\.0 of 3\.0 kB/);
  });

  it('is silent about what is quick, and then speaks ten times a second at most', () => {
    const progress = of(1_000_000);
    for (let ms = 0; ms < 2000; ms += 1) {
      after(1, () => {
        progress.received('a/b/1/0.bin', ms);
      });
      if (ms === 298) assert.deepEqual(lines, []);
    }
    assert.equal(lines.length, 18);
  });

  it('takes what an earlier download left for no speed', () => {
    const progress = of(40_000_000);
    after(400, () => {
      progress.received('a/b/1/0.bin', 30_000_000);
    });
    after(1000, () => {
      progress.received('a/b/1/0.bin', 31_000_000);
    });
    assert.match(lines[1] ?? '', / 77% 31\.0 of 40\.0 MB, 1\.0 MB\/s /);
  });

  it('goes back when a download begins anew, and beyond the whole never', () => {
    const progress = of(1000);
    for (const received of [900, 0, 1000, 5000]) {
      after(1000, () => {
        progress.received('a/b/1/0.bin', received);
      });
    }
    assert.deepEqual(
      lines.map((line) => /\d+%/.exec(line)?.[0]),
      ['90%', '0%', '100%', '100%'],
    );
  });

  it('knows how wide text is, and cuts it where there is no room', () => {
    assert.deepEqual(['abc', '\u65e5\u672c', 'e\u0301'].map(textWidth), [3, 4, 1]);
    assert.equal(fitted('abcdef', 6), 'abcdef');
    assert.equal(fitted('abcdef', 4), 'abc\u2026');
    assert.equal(fitted('\u65e5\u672c\u8a9e', 4), '\u65e5\u2026');
    assert.equal(fitted('abc', 0), '');
  });

  for (const [columns, width] of [
    [40, 39],
    [0, 79],
    [undefined, 79],
  ] as const) {
    it(`fits into a terminal of ${columns ?? 'unknown'} columns, and leaves before other text`, () => {
      const written: string[] = [];
      const stderr = {
        isTTY: true,
        ...(columns === undefined ? {} : { columns }),
        write: (text: string) => written.push(text),
      };
      const out = makeOutput({ write: () => true }, stderr, { NO_COLOR: '1' });
      out.progress('x'.repeat(100));
      out.say('done');
      assert.equal(written[0], `\r${'x'.repeat(width - 1)}\u2026\u001b[K`);
      assert.deepEqual(written.slice(1), ['\r\u001b[K', 'done\n']);
    });
  }
});

/** Skipped, by name, where no terminal can be made. */
const whereScript = spawnSync('script', ['--version']).status === 0 ? it : it.skip;

describe('get on a terminal', () => {
  const scene = downloader();
  const content = Buffer.alloc(2_000_000, 'x');
  const program = path.resolve(import.meta.dirname, '../../dist/bin/tuf-on-git.cjs');
  beforeEach(() => {
    scene().offer({ 'a/b/1/big.bin': content });
  });

  /** Whatever a terminal shows of `get`, while the file comes drop by drop until `isSeen`. */
  async function shown(command: string, isSeen: (output: string) => boolean): Promise<string> {
    const { sandbox, server, urlOf } = scene();
    const answer: { response?: ServerResponse } = {};
    server.answers.set(urlOf('a/b/1/big.bin', content), (_, response) => {
      response.writeHead(200, { 'content-length': content.length });
      answer.response = response;
    });
    const env = {
      ...{ PATH: process.env['PATH'], HOME: sandbox.dir, TERM: 'xterm', SHELL: '/bin/sh' },
      TUF_ON_GIT_DATA: path.join(sandbox.dir, 'trusted'),
    };
    const terminal = spawn('script', ['-qec', command, '/dev/null'], { cwd: sandbox.dir, env });
    let output = '';
    terminal.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
    const run = ended(terminal);
    let sent = 0;
    await until('the terminal shows what is awaited', () => {
      if (answer.response === undefined) return false;
      answer.response.write(content.subarray(sent, sent + 1000));
      sent += 1000;
      return sent > 30_000 && isSeen(output);
    });
    answer.response?.end(content.subarray(sent));
    assert.equal((await run).status, 0, output);
    return output;
  }

  const get = `${process.execPath} ${program} get a/b`;

  whereScript('shows a line of progress, which has left when the result is told', async () => {
    const output = await shown(`stty cols 50; ${get}`, (text) => /\d% .*\d% /s.test(text));
    const [progress = '', rest = ''] = output.split('\r\u001b[K/');
    assert.match(rest, /^.*big\.bin\r\nverified|^.*big\.bin\r\n/);
    const frames = progress.split('\r').slice(1);
    assert.ok(frames.length >= 2, output);
    for (const frame of frames) {
      assert.match(frame, /big\.bin +\d+% [\d.]+ of 2\.0 MB/);
      assert.ok(textWidth(frame.replace(/\u001b\[[\d;]*[mK]/g, '')) < 50, frame);
    }
  });

  whereScript('shows none with --json, on a dumb terminal, or into a pipe', async () => {
    for (const command of [`${get} --json`, `TERM=dumb ${get}`, `${get} 2>&1 | cat`]) {
      const output = await shown(command, () => true);
      assert.doesNotMatch(output, /\d% /);
      await rm(scene().inSandbox('big.bin'));
    }
  });
});

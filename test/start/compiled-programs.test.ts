import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { Script } from 'node:vm';
import { downloaderNames } from '../../cli/downloader-names.ts';
import { refusedStatus } from '../../hooks/statuses.ts';
import { freshFolders } from '../kit/folders.ts';

const bin = path.resolve(import.meta.dirname, '../../dist/bin');
const scripts = ['commands', 'downloader', 'gate'];

const run = (program: string, ...args: readonly string[]) =>
  spawnSync(process.execPath, [program, ...args], { encoding: 'utf8' });

describe('programs that are compiled when they are built', () => {
  const folder = freshFolders();

  /** The program alone in a folder, with code that V8 refuses. */
  function withDamagedCode(program: string, script: string): string {
    for (const name of [program, `${script}.script.js`]) {
      cpSync(path.join(bin, name), path.join(folder(), 'dist/bin', name));
    }
    cpSync(path.resolve(bin, '../../package.json'), path.join(folder(), 'package.json'));
    writeFileSync(path.join(folder(), `dist/bin/${script}.code`), 'damaged');
    return path.join(folder(), 'dist/bin', program);
  }

  for (const name of scripts) {
    it(`${name}: this Node takes the code for the script beside it`, () => {
      const filename = path.join(bin, `${name}.script.js`);
      const cachedData = readFileSync(path.join(bin, `${name}.code`));
      const script = new Script(readFileSync(filename, 'latin1'), { filename, cachedData });
      assert.equal(script.cachedDataRejected, false);
    });

    it(`${name}: the script is ASCII, as the program that starts it reads it`, () => {
      assert.match(readFileSync(path.join(bin, `${name}.script.js`), 'utf8'), /^[\0-\x7f]*$/);
    });
  }

  it('the gate starts where the code is damaged', () => {
    const { status, stderr } = run(withDamagedCode('pre-receive.cjs', 'gate'));
    assert.equal(status, refusedStatus, stderr);
    assert.match(stderr, /no root is pinned/);
  });

  it('a command starts where the code is damaged', () => {
    const damaged = run(withDamagedCode('tuf-on-git.cjs', 'downloader'), 'get', '--help');
    assert.equal(damaged.stdout, run(path.join(bin, 'tuf-on-git.cjs'), 'get', '--help').stdout);
  });

  for (const name of downloaderNames) {
    it(`${name} is the same in the program for downloaders and in that of all commands`, () => {
      const program = path.join(bin, 'tuf-on-git.cjs');
      const alone = run(program, name, '--help');
      assert.equal(alone.status, 0, alone.stderr);
      assert.match(alone.stdout, new RegExp(`^Usage: tuf-on-git ${name} `));
      assert.equal(alone.stdout, run(program, 'help', name).stdout);
    });
  }

  it('a downloader starts nothing that maintainers and servers need', () => {
    const text = readFileSync(path.join(bin, 'downloader.script.js'), 'latin1');
    assert.match(text, /^ *\/\/ node_modules\/commander\//m);
    assert.doesNotMatch(text, /^ *\/\/ node_modules\/(zod|isomorphic-git|koa|chokidar|pino)\//m);
  });
});

import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { writeScript } from '../code-cache.mjs';

const repository = path.join(import.meta.dirname, 'repository');
const root = path.join(repository, 'metadata/1.root.json');

/** @typedef {(exports: object, require: NodeJS.Require, module: object, file: string, folder: string) => void} Program */

/**
 * What downloaders do. The repository has a role of its own for its target, as real ones have.
 * @type {readonly (readonly string[])[]}
 */
export const downloads = [
  ['trust', root, '--url', 'URL'],
  ['refresh'],
  ['list'],
  ['list', 'greetings'],
  ['info', 'greetings/hello/1.0/hello.txt'],
  ['get', 'greetings/hello', '--dir', 'downloads'],
  ['refresh'],
];

/**
 * `<name>.code`: the functions that a program needs for such runs, as V8 has compiled them. All of
 * its functions would be six times as much, and slower to read than these are to compile.
 * @param {string} program the path of the program without `.cjs`
 * @param {string} installed where it will be
 * @param {readonly (readonly string[])[]} runs the arguments of each; `URL` is that of the repository
 */
export async function compileRehearsed(program, installed, runs) {
  const script = writeScript(program);
  const folder = mkdtempSync(path.join(tmpdir(), 'tuf-on-git-rehearsal-'));
  const server = createServer(answer);
  try {
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const address = server.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    const url = `http://127.0.0.1:${String(port)}`;
    for (const run of runs) {
      const args = run.map((arg) => (arg === 'URL' ? url : arg));
      await recordRun([script, `${program}.code`, installed, ...args], folder);
    }
  } finally {
    server.close();
    rmSync(folder, { recursive: true });
  }
}

/**
 * @param {readonly string[]} args
 * @param {string} folder
 */
async function recordRun(args, folder) {
  const recorder = path.join(import.meta.dirname, 'record-run.mjs');
  const env = { PATH: process.env['PATH'], HOME: folder, TUF_ON_GIT_DATA: folder };
  await promisify(execFile)(process.execPath, [recorder, ...args], { cwd: folder, env });
}

/** @type {import('node:http').RequestListener} */
function answer(request, response) {
  try {
    response.end(readFileSync(path.join(repository, path.normalize(request.url ?? '/'))));
  } catch {
    response.writeHead(404).end();
  }
}

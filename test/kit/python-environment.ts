import { execFile } from 'node:child_process';
import { mkdir, rm } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { fault } from '../../core/error/error.ts';
import { lockFolder } from '../../core/lock/folder-lock.ts';

const run = promisify(execFile);
const caches = path.resolve(import.meta.dirname, '../../node_modules/.cache/tuf-on-git');

interface Wanted {
  /** Of its folder. */
  readonly name: string;
  readonly requirements: readonly string[];
  /** A script that fails where an environment has not what is wanted. */
  readonly check: string;
}

/** By itself python-tuf verifies Ed25519 alone; RSA and ECDSA come with an extra of its library. */
const pythonTuf: Wanted = {
  name: 'python-tuf',
  requirements: ['tuf>=6,<8', 'securesystemslib[crypto]'],
  check: 'import cryptography, tuf; assert 6 <= int(tuf.__version__.split(".")[0]) < 8',
};

const schemathesis: Wanted = {
  name: 'schemathesis',
  requirements: ['schemathesis>=4.32,<5'],
  check:
    'from importlib.metadata import version; v = version("schemathesis").split("."); ' +
    'assert v[0] == "4" and int(v[1]) >= 32',
};

/** @returns the interpreter of a Python that has python-tuf */
export function pythonWithTuf(): Promise<string> {
  return pythonWith(pythonTuf);
}

/** The same, if it was made before. */
export function installedPython(): Promise<string | undefined> {
  return installed(pythonTuf);
}

/** @returns the command of schemathesis */
export async function schemathesisCommand(): Promise<string> {
  return path.join(path.dirname(await pythonWith(schemathesis)), 'schemathesis');
}

/**
 * A virtual environment that is made once and then reused, however many tests ask at once. It lies in
 * node_modules/.cache: npm keeps it out of packages and takes it away with everything else.
 */
async function pythonWith(wanted: Wanted): Promise<string> {
  await mkdir(caches, { recursive: true });
  const lock = await lockFolder(caches, { timeoutMs: 240_000 }, (holder = 'another process') =>
    fault('home.locked', caches, `${holder} makes an environment of Python, and does not end`),
  );
  try {
    return (await installed(wanted)) ?? (await install(wanted));
  } finally {
    lock.release();
  }
}

async function install({ name, requirements }: Wanted): Promise<string> {
  const folder = path.join(caches, name);
  const python = path.join(folder, 'bin/python');
  await rm(folder, { recursive: true, force: true });
  await run('python3', ['-m', 'venv', folder]);
  await run(python, ['-m', 'pip', 'install', '--quiet', '--no-input', ...requirements]);
  return python;
}

async function installed({ name, check }: Wanted): Promise<string | undefined> {
  const python = path.join(caches, name, 'bin/python');
  return run(python, ['-c', check]).then(
    () => python,
    () => undefined,
  );
}

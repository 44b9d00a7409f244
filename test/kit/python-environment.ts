import { execFile } from 'node:child_process';
import { mkdir, rm } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';

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
 * A virtual environment that is made once and then reused. It lies in node_modules/.cache: npm keeps
 * it out of packages and takes it away with everything else.
 */
async function pythonWith(wanted: Wanted): Promise<string> {
  const there = await installed(wanted);
  if (there !== undefined) return there;
  const folder = path.join(caches, wanted.name);
  const python = path.join(folder, 'bin/python');
  await rm(folder, { recursive: true, force: true });
  await mkdir(path.dirname(folder), { recursive: true });
  await run('python3', ['-m', 'venv', folder]);
  await run(python, ['-m', 'pip', 'install', '--quiet', '--no-input', ...wanted.requirements]);
  return python;
}

async function installed({ name, check }: Wanted): Promise<string | undefined> {
  const python = path.join(caches, name, 'bin/python');
  return run(python, ['-c', check]).then(
    () => python,
    () => undefined,
  );
}

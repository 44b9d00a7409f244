import { execFile } from 'node:child_process';
import { mkdir, rm } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
const folder = path.resolve(
  import.meta.dirname,
  '../../../node_modules/.cache/tuf-on-git/python-tuf',
);
const python = path.join(folder, 'bin/python');
/** By itself python-tuf verifies Ed25519 alone; RSA and ECDSA come with an extra of its library. */
const requirements = ['tuf>=6,<8', 'securesystemslib[crypto]'];

/**
 * A Python that has python-tuf, in a virtual environment that is made once and then reused. It lies
 * in node_modules/.cache: npm keeps it out of packages and takes it away with everything else.
 * @returns the path of its interpreter
 */
export async function pythonWithTuf(): Promise<string> {
  const found = await installedPython();
  if (found !== undefined) return found;
  await rm(folder, { recursive: true, force: true });
  await mkdir(path.dirname(folder), { recursive: true });
  await run('python3', ['-m', 'venv', folder]);
  await run(python, ['-m', 'pip', 'install', '--quiet', '--no-input', ...requirements]);
  return python;
}

/** The same, if it was made before. */
export async function installedPython(): Promise<string | undefined> {
  return (await hasTuf(python)) ? python : undefined;
}

async function hasTuf(python: string): Promise<boolean> {
  const version = 'int(tuf.__version__.split(".")[0])';
  const script = `import cryptography, sys, tuf; sys.exit(not 6 <= ${version} < 8)`;
  return run(python, ['-c', script]).then(
    () => true,
    () => false,
  );
}

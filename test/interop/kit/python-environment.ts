import { execFile } from 'node:child_process';
import { mkdir, rm } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
const folder = path.resolve(
  import.meta.dirname,
  '../../../node_modules/.cache/tuf-on-git/python-tuf',
);
const requirement = 'tuf>=6,<8';

/**
 * A Python that has python-tuf, in a virtual environment that is made once and then reused. It lies
 * in node_modules/.cache: npm keeps it out of packages and takes it away with everything else.
 * @returns the path of its interpreter
 */
export async function pythonWithTuf(): Promise<string> {
  const python = path.join(folder, 'bin/python');
  if (await hasTuf(python)) return python;
  await rm(folder, { recursive: true, force: true });
  await mkdir(path.dirname(folder), { recursive: true });
  await run('python3', ['-m', 'venv', folder]);
  await run(python, ['-m', 'pip', 'install', '--quiet', '--no-input', requirement]);
  return python;
}

async function hasTuf(python: string): Promise<boolean> {
  const script = 'import tuf, sys; sys.exit(not 6 <= int(tuf.__version__.split(".")[0]) < 8)';
  return run(python, ['-c', script]).then(
    () => true,
    () => false,
  );
}

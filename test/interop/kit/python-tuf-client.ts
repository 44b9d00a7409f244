import { execFile } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import type { ForeignClient, MakeForeignClient, Pulled } from './foreign-client.ts';
import { pythonWithTuf } from '../../kit/python-environment.ts';

const run = promisify(execFile);
const script = path.resolve(import.meta.dirname, '../python/refresh_and_download.py');

/** The reference implementation, in a process of its own for every pull. */
export const makePythonTufClient: MakeForeignClient = async (folder, trustedRoot, served) => {
  const python = await pythonWithTuf();
  const root = path.join(folder, 'trusted-root.json');
  const [metadata, targets] = [path.join(folder, 'metadata'), path.join(folder, 'targets')];
  await Promise.all([mkdir(metadata), mkdir(targets), writeFile(root, trustedRoot)]);
  const options = ['--root', root, '--metadata-dir', metadata, '--target-dir', targets];
  const urls = ['--metadata-url', served.metadataUrl, '--target-url', served.targetUrl];
  const client: ForeignClient = {
    name: 'python-tuf',
    pull: (targetPaths) => runScript(python, [...options, ...urls, ...targetPaths]),
  };
  return client;
};

/** Status 1 comes with a report like 0; anything else is a defect of the script. */
async function runScript(python: string, args: readonly string[]): Promise<Pulled> {
  const env = { ...process.env, NO_PROXY: '127.0.0.1' };
  const { stdout } = await run(python, [script, ...args], { env }).catch((error: unknown) => {
    if (isRefusal(error)) return error;
    throw error;
  });
  return JSON.parse(stdout) as Pulled;
}

function isRefusal(error: unknown): error is { readonly stdout: string } {
  return error instanceof Error && 'code' in error && error.code === 1 && 'stdout' in error;
}

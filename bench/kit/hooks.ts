import { chmod, mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';

export const bin = path.resolve(import.meta.dirname, '../../dist/bin');

/** The yardstick: a hook that starts Node and does nothing. */
export async function installEmptyHook(hooksDir: string): Promise<void> {
  const program = path.join(hooksDir, 'empty.cjs');
  const hook = path.join(hooksDir, 'pre-receive');
  await mkdir(hooksDir, { recursive: true });
  await writeFile(program, '');
  await writeFile(hook, `#!/bin/sh\nexec '${process.execPath}' '${program}'\n`);
  await chmod(hook, 0o755);
}

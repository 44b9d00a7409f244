import { chmod, mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { HomePaths } from '../../core/home/layout.ts';
import { installHooks } from '../../hooks/install.ts';

export const bin = path.resolve(import.meta.dirname, '../../dist/bin');

/** The built hooks, as `init` installs them. */
export async function installOurHooks(paths: HomePaths): Promise<void> {
  await installHooks({
    hooksDir: paths.hooks,
    pinnedRoot: paths.pinnedRoot,
    onlineKeys: paths.onlineKeys,
    blobs: paths.blobs,
    failureLog: paths.hookFailures,
    nudgeSocket: paths.nudgeSocket,
    programs: {
      preReceive: path.join(bin, 'pre-receive.cjs'),
      postReceive: path.join(bin, 'post-receive.cjs'),
    },
  });
}

/** The yardstick: a hook that starts Node and does nothing. */
export async function installEmptyHook(hooksDir: string): Promise<void> {
  const program = path.join(hooksDir, 'empty.cjs');
  const hook = path.join(hooksDir, 'pre-receive');
  await mkdir(hooksDir, { recursive: true });
  await writeFile(program, '');
  await writeFile(hook, `#!/bin/sh\nexec '${process.execPath}' '${program}'\n`);
  await chmod(hook, 0o755);
}

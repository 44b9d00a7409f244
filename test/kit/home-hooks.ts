import path from 'node:path';
import type { HomePaths } from '../../core/home/layout.ts';
import { installHooks } from '../../hooks/install.ts';

const bin = path.resolve(import.meta.dirname, '../../dist/bin');

/** The built hooks in a HOME, as `init` installs them. */
export async function installHomeHooks(paths: HomePaths): Promise<void> {
  await installHooks({
    hooksDir: paths.hooks,
    pinnedRoot: paths.pinnedRoot,
    onlineKeys: paths.onlineKeys,
    blobs: paths.blobs,
    config: paths.config,
    failureLog: paths.hookFailures,
    nudgeSocket: paths.nudgeSocket,
    programs: {
      preReceive: path.join(bin, 'pre-receive.cjs'),
      postReceive: path.join(bin, 'post-receive.cjs'),
    },
  });
}

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
    nudgePipe: paths.nudgePipe,
    program: path.join(bin, 'pre-receive.cjs'),
  });
}

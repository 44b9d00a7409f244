import path from 'node:path';
import { installHooks } from '../../hooks/install.ts';
import { cloneAt, runGit, type Clone } from './git.ts';
import type { TestHome } from './home.ts';

const programs = path.resolve(import.meta.dirname, '../../dist/bin');

/** Puts the real hooks in front of a HOME's repository, and makes a clone to push from. */
export async function gateHome({ dir, paths }: TestHome): Promise<Clone> {
  const { hooks: hooksDir, hookFailures: failureLog, ...others } = paths;
  const { pinnedRoot, onlineKeys, blobs, nudgeSocket } = others;
  await installHooks({
    ...{ hooksDir, failureLog, pinnedRoot, onlineKeys, blobs, nudgeSocket },
    programs: {
      preReceive: path.join(programs, 'pre-receive.cjs'),
      postReceive: path.join(programs, 'post-receive.cjs'),
    },
  });
  const clone = path.join(dir, 'clone');
  await runGit(['clone', '--quiet', paths.repository, clone]);
  return cloneAt(clone);
}

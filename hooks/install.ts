import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import writeFileAtomic from 'write-file-atomic';

export interface HookInstallation {
  /** `core.hooksPath` of the repository: a folder that no push can reach. */
  readonly hooksDir: string;
  /** The root that the gate trusts. */
  readonly pinnedRoot: string;
  /** Where the daemon writes the public keys that its signer holds, if there is a daemon. */
  readonly onlineKeys?: string;
  /** The blob store, if there is one. */
  readonly blobs?: string;
  /** The daemon's socket for nudges, if there is a daemon. */
  readonly nudgeSocket?: string;
  /** The two programs, bundled: one file each. */
  readonly programs: { readonly preReceive: string; readonly postReceive: string };
}

/**
 * Writes `pre-receive` and, where there is a daemon to nudge, `post-receive`: two lines of shell that
 * start the programs. Paths of the installation are kept relative to the hook, so a HOME can move.
 */
export async function installHooks(installation: HookInstallation): Promise<void> {
  const { hooksDir, pinnedRoot, onlineKeys, blobs, nudgeSocket, programs } = installation;
  const beside = (file: string) => `"$here"/${quote(path.relative(hooksDir, file))}`;
  const option = (name: string, file: string | undefined) =>
    file === undefined ? '' : ` --${name} ${beside(file)}`;
  const options = [
    option('pinned-root', pinnedRoot),
    option('online-keys', onlineKeys),
    option('blobs', blobs),
  ];
  await mkdir(hooksDir, { recursive: true, mode: 0o755 });
  await writeHook(
    path.join(hooksDir, 'pre-receive'),
    `${quote(programs.preReceive)}${options.join('')}`,
  );
  if (nudgeSocket === undefined) return;
  await writeHook(
    path.join(hooksDir, 'post-receive'),
    `${quote(programs.postReceive)} ${beside(nudgeSocket)}`,
  );
}

async function writeHook(file: string, command: string): Promise<void> {
  const script = `#!/bin/sh\nhere=\${0%/*}\nexec ${quote(process.execPath)} ${command}\n`;
  await writeFileAtomic(file, script, { mode: 0o755 });
}

function quote(word: string): string {
  return `'${word.replaceAll("'", String.raw`'\''`)}'`;
}

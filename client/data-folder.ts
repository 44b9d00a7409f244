/**
 * Where the repositories that a user trusts are kept: the platform's folder for a user's data.
 *
 * One folder for all of it, and neither the folder for settings nor that for caches: the root that
 * was compared by hand cannot be fetched again, and the trusted metadata are what a rollback is
 * noticed by. A cleaner that empties caches would take that protection away.
 */
import { homedir } from 'node:os';
import path from 'node:path';

export interface System {
  readonly env?: NodeJS.ProcessEnv;
  readonly platform?: NodeJS.Platform;
  /** The user's home folder. */
  readonly home?: string;
}

const own = 'tuf-on-git';

/**
 * `TUF_ON_GIT_DATA`, else `tuf-on-git` in
 *
 *  - Linux and others: `XDG_DATA_HOME`, `~/.local/share`;
 *  - macOS: `XDG_DATA_HOME`, `~/Library/Application Support`;
 *  - Windows: `LOCALAPPDATA`, `~\AppData\Local`. What was verified on one machine does not roam: it
 *    would come back older than it was.
 */
export function dataFolder(system: System = {}): string {
  const { env = process.env, platform = process.platform, home = homedir() } = system;
  const paths = platform === 'win32' ? path.win32 : path.posix;
  if (env['TUF_ON_GIT_DATA']) return paths.resolve(env['TUF_ON_GIT_DATA']);
  const base = env[platform === 'win32' ? 'LOCALAPPDATA' : 'XDG_DATA_HOME'] ?? '';
  // the XDG specification has relative paths ignored
  return paths.isAbsolute(base)
    ? paths.join(base, own)
    : paths.join(home, ...usualFolder(platform), own);
}

function usualFolder(platform: NodeJS.Platform): readonly string[] {
  if (platform === 'win32') return ['AppData', 'Local'];
  if (platform === 'darwin') return ['Library', 'Application Support'];
  return ['.local', 'share'];
}

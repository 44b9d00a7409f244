/**
 * Whether other accounts of this machine could get round the gate: by the repository's configuration,
 * by its hooks, or by the refs that are the daemon's own.
 */
import { lstat, readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { fault } from '../core/error/error.ts';
import { hasCode } from '../core/error/system-error.ts';
import type { HomePaths } from '../core/home/layout.ts';

/** @throws `home.shared` with the first place that another account may write to */
export async function refuseOtherWriters(paths: HomePaths): Promise<void> {
  for (const place of await guardedPlaces(paths)) {
    const who = await otherWriter(place);
    if (who === undefined) continue;
    throw fault('home.shared', place, `${who} may write there, and so get round the gate`, {
      hint: `take that away: chmod go-w ${place}; or, where nobody else has an account here: --single-user`,
    });
  }
}

/** Folders too: whoever may write to one may put another file in the place of each that is in it. */
async function guardedPlaces({ home, repository, hooks }: HomePaths): Promise<readonly string[]> {
  const at = (...names: string[]) => path.join(repository, ...names);
  const hookFiles = (await namesIn(hooks)).map((name) => path.join(hooks, name));
  const own = [at('refs'), at('refs', 'tuf'), at('refs', 'tuf', 'published'), at('packed-refs')];
  return [home, repository, at('config'), hooks, ...hookFiles, ...own];
}

async function otherWriter(place: string): Promise<string | undefined> {
  try {
    const { uid, gid, mode } = await lstat(place);
    const self = process.getuid?.();
    if (self === undefined) return undefined; // no such accounts on this system
    if (uid !== self && uid !== 0) return `its owner, account ${uid},`;
    if ((mode & 0o002) !== 0) return 'everybody';
    const isShared = (mode & 0o020) !== 0 && !(await isOwnGroup(gid));
    return isShared ? `group ${gid}` : undefined;
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return undefined;
    throw error;
  }
}

/** A group with nobody else in it, such as most systems make for each account. */
async function isOwnGroup(gid: number): Promise<boolean> {
  if (gid !== process.getgid?.()) return false;
  const members = (await fieldsOf('/etc/group')).find((fields) => fields[2] === String(gid))?.[3];
  const accounts = (await fieldsOf('/etc/passwd')).filter((fields) => fields[3] === String(gid));
  const isOurs = accounts.every((fields) => fields[2] === String(process.getuid?.()));
  return members === '' && isOurs;
}

async function fieldsOf(file: string): Promise<readonly string[][]> {
  const text = await readFile(file, 'utf8').catch(() => '');
  return text.split('\n').map((entry) => entry.split(':'));
}

async function namesIn(folder: string): Promise<readonly string[]> {
  try {
    return await readdir(folder);
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return [];
    throw error;
  }
}

/** Takes a target that no role lists any more down at once, while the daemon runs or not. */
import { readdir, rm } from 'node:fs/promises';
import path from 'node:path';
import { fault } from '../../core/error/error.ts';
import { hasCode } from '../../core/error/system-error.ts';
import { notWritable, syncFolder } from '../../core/files/durable-file.ts';
import { recordRef } from '../../core/gate/published.ts';
import { readState } from '../../core/gate/state.ts';
import type { BareRepository } from '../../core/git/binary/bare-repository.ts';
import type { HomePaths } from '../../core/home/layout.ts';
import { nudge } from '../../core/home/nudge.ts';
import { isSafeTargetPath } from '../../core/metadata/names.ts';
import { loadRepository } from '../../core/rules/repository.ts';
import { roleListing } from './current-files.ts';
import { PackedRoles } from '../publish/packed-roles.ts';
import { readRecord } from '../record/record.ts';
import { askForWithdrawal } from './withdrawals.ts';

/**
 * @param target its target path
 * @returns the public names that are gone, without their first `/`
 * @throws `publish.still-listed` while clients are told of it, `search.not-found`,
 *   `home.not-writable`
 */
export async function withdrawTarget(
  git: BareRepository,
  paths: HomePaths,
  target: string,
): Promise<readonly string[]> {
  const names = isSafeTargetPath(target) ? await publicNames(paths.public, target) : [];
  await refuseListed(git, target);
  if (names.length === 0) {
    throw fault('search.not-found', paths.public, 'no public file is of this target path');
  }
  // The daemon first: what it still has in its table, but not on the disk, would be a fault to it.
  await askForWithdrawal(paths.state, names);
  for (const name of names) await remove(path.join(paths.public, name));
  await nudge(paths.nudgePipe);
  return names;
}

async function refuseListed(git: BareRepository, target: string): Promise<void> {
  const tip = await git.resolveRef(recordRef);
  if (tip === undefined) return;
  const { commit } = await readRecord(git, tip);
  const repository = await loadRepository(await readState(git, commit), new PackedRoles());
  const role = roleListing(repository, target);
  if (role === undefined) return;
  throw fault('publish.still-listed', role.file, 'the role that is published lists this target', {
    hint: 'remove it there first: tuf-on-git remove TARGETPATH, sign, push',
  });
}

/** Under every hash that it ever had: TUF 1.0.34 §6.2. */
async function publicNames(folder: string, target: string): Promise<readonly string[]> {
  const place = path.posix.join('targets', path.posix.dirname(target));
  const base = path.posix.basename(target);
  return (await filesIn(path.join(folder, place)))
    .filter((file) => /^([0-9a-f]{64}|[0-9a-f]{128})\./.test(file) && file.endsWith(`.${base}`))
    .filter((file) => file.length === file.indexOf('.') + 1 + base.length)
    .map((file) => path.posix.join(place, file));
}

async function filesIn(folder: string): Promise<readonly string[]> {
  try {
    return await readdir(folder);
  } catch (error) {
    if (hasCode(error, 'ENOENT', 'ENOTDIR')) return [];
    throw error;
  }
}

async function remove(file: string): Promise<void> {
  try {
    await rm(file, { force: true });
    await syncFolder(path.dirname(file));
  } catch (cause) {
    throw notWritable(file, cause);
  }
}

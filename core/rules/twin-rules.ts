/** Targets that one file system could not hold side by side. */
import type { Policy } from '../metadata/policy.ts';
import { folded } from '../metadata/text-form.ts';
import { delegationsTo, pathsInForce } from './entries.ts';
import type { LoadedRepository } from './repository.ts';
import { targetFile } from './state.ts';
import { finding, type RuleFinding } from './verdict.ts';

/** What a role lists, as far as it counts. */
export interface RolePaths {
  readonly file: string;
  readonly paths: readonly string[];
}

/**
 * No two paths differ only in case or form, and none is a folder of another, as far as the roles reach
 * that were loaded. What hash prefixes scatter over roles is compared within each of them only: nobody could
 * tell where a twin would be.
 */
export function* checkTargetTwins(
  { roles }: LoadedRepository,
  policy: Policy,
): Iterable<RuleFinding> {
  const byPath: RolePaths[] = [];
  for (const role of roles.values()) {
    const own = { file: role.file, paths: pathsInForce(role, roles, policy) };
    const isByHash = delegationsTo(role, roles).some(({ paths }) => paths === undefined);
    if (isByHash) yield* checkTwinsOf([own]);
    else byPath.push(own);
  }
  for (const group of groupsByFolder(byPath)) yield* checkTwinsOf(group);
}

/**
 * Roles in groups: of two in different groups neither can list what the other's would collide with,
 * for twins, and a file and what is in a folder of its name, lie in folders that begin alike.
 */
export function* groupsByFolder(roles: readonly RolePaths[]): Iterable<readonly RolePaths[]> {
  const sorted = roles
    .filter(({ paths }) => paths.length > 0)
    .map((role) => ({ role, folder: folded(commonFolder(role.paths)) }))
    .sort((one, other) => Number(one.folder > other.folder) - Number(one.folder < other.folder));
  let group: RolePaths[] = [];
  let outermost = '';
  for (const { role, folder } of sorted) {
    if (group.length > 0 && !folder.startsWith(outermost)) {
      yield group;
      group = [];
    }
    if (group.length === 0) outermost = folder;
    group.push(role);
  }
  yield group;
}

/** With a slash at its end; empty for the top. */
function commonFolder([first = '', ...others]: readonly string[]): string {
  let folder = folderOf(first);
  for (const path of others) {
    while (!path.startsWith(folder)) folder = folderOf(folder.slice(0, -1));
  }
  return folder;
}

function folderOf(path: string): string {
  return path.slice(0, path.lastIndexOf('/') + 1);
}

function* checkTwinsOf(roles: readonly RolePaths[]): Iterable<RuleFinding> {
  const files = new Map<string, string>();
  const folders = new Map<string, string>();
  for (const role of roles) {
    for (const path of role.paths) {
      const where = `${role.file}, target ${path}`;
      const name = folded(path);
      const twin = files.get(name);
      if (twin !== undefined && twin !== path) {
        yield finding('path.twin', where, `differs from ${twin} only in case`);
      }
      files.set(name, path);
      const folder = name.slice(0, Math.max(0, name.lastIndexOf('/')));
      if (!folders.has(folder)) folders.set(folder, path);
    }
  }
  for (const [folder, inside] of allFolders(folders)) {
    const path = files.get(folder);
    if (path === undefined) continue;
    yield finding('path.folder', targetFile(path), `it is also a folder of ${inside}`);
  }
}

/** With the folders that they lie in, each once. */
function allFolders(folders: ReadonlyMap<string, string>): ReadonlyMap<string, string> {
  const all = new Map<string, string>();
  for (const [folder, inside] of folders) {
    let slash = folder.length;
    while (slash > 0 && !all.has(folder.slice(0, slash))) {
      all.set(folder.slice(0, slash), inside);
      slash = folder.lastIndexOf('/', slash - 1);
    }
  }
  return all;
}

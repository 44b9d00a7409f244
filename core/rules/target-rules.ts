/** The targets that a role lists. */
import { isDelegated } from '../metadata/delegation-walk.ts';
import type { Policy } from '../metadata/policy.ts';
import { folded } from '../metadata/text-form.ts';
import type { DelegatedRole, TargetFile } from '../metadata/tufjs.ts';
import type { Affected } from './affected/affected.ts';
import { hasOtherPaths } from './affected/other-delegation.ts';
import { delegationsTo, pathsInForce } from './entries.ts';
import { checkTargetPath } from './path-rules.ts';
import type { LoadedRepository, LoadedRole } from './repository.ts';
import { targetFile } from './state.ts';
import { finding, type RuleFinding } from './verdict.ts';

const maxCustomBytes = 16 * 1024;

/**
 * The form of entries that came or changed, or of all where the delegations to their role did; and
 * that they may be there.
 */
export function* checkTargets(
  role: LoadedRole,
  affected: Affected,
  policy: Policy,
): Iterable<RuleFinding> {
  const set = affected.changed.get(role.name)?.entries().set;
  const targets = role.document.signed.targets;
  const isAll = hasOtherPaths(affected, role);
  const chain = delegationsTo(role, affected.repository.roles);
  for (const path of isAll ? Object.keys(targets) : (set ?? [])) {
    const target = targets[path];
    if (target === undefined) continue;
    yield* checkTargetPath(role.file, path, policy.profile);
    yield* checkEntry(`${role.file}, target ${path}`, target, policy);
    const isOwn = set?.has(path) === true && !affected.isTip;
    if (isOwn || policy.clients.includes('tough')) yield* checkPlace(role, path, chain, isOwn);
  }
}

/** Tough refuses a whole role for one entry outside; the others only do not find it. */
function* checkPlace(
  role: LoadedRole,
  path: string,
  chain: readonly DelegatedRole[],
  isOwn: boolean,
): Iterable<RuleFinding> {
  const beyond = chain.find((delegation) => !isDelegated(delegation, path));
  if (beyond === undefined) return;
  const has = `${beyond.name} has ${(beyond.paths ?? ['other hash prefixes']).join(', ')}`;
  const wayOut = 'replace its key and sign the next version in the same push, or remove the role';
  const message = 'the path lies outside what is delegated to the role';
  const where = `${role.file}, target ${path}`;
  yield finding('path.outside-delegation', where, message, isOwn ? has : wayOut);
}

function* checkEntry(
  where: string,
  target: TargetFile,
  { maxTargetBytes }: Policy,
): Iterable<RuleFinding> {
  if (target.length > maxTargetBytes) {
    yield finding('size.target', where, `${target.length} bytes; at most ${maxTargetBytes}`);
  }
  const { sha256, sha512, ...others } = target.hashes;
  const isHash = (hash: string | undefined, digits: number) =>
    hash?.length === digits && /^[0-9a-f]+$/.test(hash);
  if (!isHash(sha256, 64) || (sha512 !== undefined && !isHash(sha512, 128))) {
    yield finding('target.hashes', where, 'hashes need sha256, in lower-case hex');
  }
  if (Object.keys(others).length > 0) {
    yield finding('target.hashes', where, 'hashes are sha256 and perhaps sha512, nothing else');
  }
  const custom = target.unrecognizedFields['custom'];
  if (custom === undefined) return;
  if (typeof custom !== 'object' || custom === null || Array.isArray(custom)) {
    yield finding('target.custom', where, 'custom must be an object');
  } else if (Buffer.byteLength(JSON.stringify(custom)) > maxCustomBytes) {
    yield finding('target.custom', where, `custom has ${maxCustomBytes} bytes at most`);
  }
}

/**
 * No two paths that one file system could not hold side by side, as far as the roles reach that were
 * loaded. What hash prefixes scatter over roles is compared within each of them only: nobody could
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
function* groupsByFolder(roles: readonly RolePaths[]): Iterable<readonly RolePaths[]> {
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

interface RolePaths {
  readonly file: string;
  readonly paths: readonly string[];
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

/** What a tree may be made of. git's own fsck lets all of these through. */
import { folded, isNormal } from '../metadata/text-form.ts';
import {
  entryOf,
  roleOf,
  type RepositoryState,
  type StateChange,
  type StateEntry,
} from './state.ts';
import { finding, type RuleFinding } from './verdict.ts';

const emptyTree = '4b825dc642cb6eb9a060e54bf8d69288fbee4904';

/** Of what came or changed; twins are sought in the folders to which a name was added. */
export async function checkTree(
  changes: readonly StateChange[],
  after: RepositoryState,
): Promise<readonly RuleFinding[]> {
  const found: RuleFinding[] = [];
  const folders = new Set<string>();
  for (const change of changes) {
    if (change.after === undefined) continue;
    const entry = entryOf(change, change.after);
    found.push(...checkMode(entry), ...checkName(entry));
    if (change.before === undefined && entry.path !== undefined) folders.add(folderOf(entry.path));
  }
  for (const folder of folders) found.push(...checkTwins(await after.list(folder)));
  return found;
}

function folderOf(path: string): string {
  return path.slice(0, Math.max(0, path.lastIndexOf('/')));
}

function* checkTwins(folder: readonly StateEntry[]): Iterable<RuleFinding> {
  const seen = new Map<string, string>();
  for (const { shown } of folder) {
    const name = folded(shown);
    const twin = seen.get(name);
    if (twin !== undefined) yield twinOf(shown, twin);
    seen.set(name, shown);
  }
}

function twinOf(path: string, twin: string): RuleFinding {
  const [role, other] = [roleOf(path), roleOf(twin)];
  return role !== undefined && other !== undefined
    ? finding('name.twin', path, `the role differs from ${other} only in case`)
    : finding('git.twin', path, 'differs from another name only in case or in form');
}

function* checkMode({ mode, oid, shown }: StateEntry): Iterable<RuleFinding> {
  if (mode === '100755') {
    const hint = `git update-index --chmod=-x '${shown}'`;
    yield finding('git.executable', shown, 'files here have no executable bit', hint);
  } else if (mode === '040000') {
    if (oid === emptyTree) yield finding('git.empty-tree', shown, 'the folder is empty');
  } else if (mode !== '100644') {
    yield finding('git.mode', shown, `mode ${mode} is not allowed: plain files and folders only`);
  }
}

function* checkName({ path, shown }: StateEntry): Iterable<RuleFinding> {
  if (path === undefined) yield finding('git.name', shown, 'the name is not UTF-8');
  else if (/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\\]/u.test(path)) {
    yield finding('git.name', shown, 'the name has a control character or a backslash');
  } else if (!isNormal(path)) {
    yield finding('git.name', shown, 'the name is not in NFC');
  }
}

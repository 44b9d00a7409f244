/** What a tree may be made of. git's own fsck lets all of these through. */
import type { StateEntry } from './state.ts';
import { finding, type RuleFinding } from './verdict.ts';

const emptyTree = '4b825dc642cb6eb9a060e54bf8d69288fbee4904';

export function* checkTree(entries: readonly StateEntry[]): Iterable<RuleFinding> {
  const seen = new Map<string, string>();
  for (const entry of entries) {
    yield* checkMode(entry);
    yield* checkName(entry);
    const folded = entry.shown.normalize('NFC').toLowerCase();
    const twin = seen.get(folded);
    if (twin !== undefined) {
      yield finding('git.twin', entry.shown, 'differs from another name only in case or in form');
    }
    seen.set(folded, entry.shown);
  }
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
  } else if (path.normalize('NFC') !== path) {
    yield finding('git.name', shown, 'the name is not in NFC');
  }
}

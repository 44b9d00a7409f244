import { createHash } from 'node:crypto';
import type { RepositoryState, StateChange, StateEntry } from '../../core/rules/state.ts';
import type { Tree } from './source-tree.ts';

/** A tree in memory as the rules see a commit's. */
export interface MemoryState extends RepositoryState {
  readonly entries: readonly StateEntry[];
}

/** `odd` adds entries that no Map of files could hold. */
export function memoryState(tree: Tree, odd: readonly Partial<StateEntry>[] = []): MemoryState {
  const contents = new Map<string, Uint8Array>();
  const files: StateEntry[] = [...tree].map(([path, bytes]) => {
    const oid = createHash('sha1').update(`blob ${bytes.length}\0`).update(bytes).digest('hex');
    contents.set(oid, bytes);
    return { path, shown: path, mode: '100644', oid };
  });
  const strange = odd.map((entry) => ({
    path: entry.shown,
    shown: 'odd',
    mode: '100644',
    oid: '0'.repeat(40),
    ...entry,
  }));
  const entries = [...files, ...strange];
  return {
    entries,
    find: (path) => Promise.resolve(entries.find((entry) => entry.path === path)),
    list: (folder) => Promise.resolve(entries.filter(({ shown }) => folderOf(shown) === folder)),
    size: ({ oid }) => Promise.resolve(contents.get(oid)?.length ?? 0),
    read: ({ oid }) => Promise.resolve(contents.get(oid) ?? Buffer.of()),
  };
}

/** What differs between two of them; without the first, everything is new. */
export function changesBetween(
  before: MemoryState | undefined,
  after: MemoryState,
): readonly StateChange[] {
  const was = new Map(before?.entries.map((entry) => [entry.shown, entry]));
  const is = new Map(after.entries.map((entry) => [entry.shown, entry]));
  return [...new Set([...was.keys(), ...is.keys()])].sort().flatMap((shown) => {
    const [one, two] = [was.get(shown), is.get(shown)];
    if (one?.oid === two?.oid && one?.mode === two?.mode) return [];
    return [{ path: (two ?? one)?.path, shown, before: one, after: two }];
  });
}

function folderOf(path: string): string {
  return path.slice(0, Math.max(0, path.lastIndexOf('/')));
}

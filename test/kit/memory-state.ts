import { createHash } from 'node:crypto';
import type { RepositoryState, StateEntry } from '../../core/rules/state.ts';
import type { Tree } from './source-tree.ts';

/** A tree in memory as the rules see a commit's; `odd` adds entries that no Map of files could hold. */
export function memoryState(tree: Tree, odd: readonly Partial<StateEntry>[] = []): RepositoryState {
  const contents = new Map<string, Uint8Array>();
  const entries: StateEntry[] = [...tree].map(([path, bytes]) => {
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
  return {
    entries: [...entries, ...strange],
    size: ({ oid }) => Promise.resolve(contents.get(oid)?.length ?? 0),
    read: ({ oid }) => Promise.resolve(contents.get(oid) ?? Buffer.of()),
  };
}

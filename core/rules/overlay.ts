/** States made of others: a tree with some of its paths as another tree has them. */
import { once } from './once.ts';
import {
  entryOf,
  type RepositoryState,
  type StateChange,
  type StateEntry,
  type StateSide,
} from './state.ts';

/** `base` with the paths of these changes as `from` has them: their `after`. */
export function overlayState(
  base: RepositoryState,
  changes: readonly StateChange[],
  from: RepositoryState,
): RepositoryState {
  return overlaid(
    base,
    sidesOf(changes, ({ after }) => after),
    from,
  );
}

/** The state before these changes, as far as `after` and the changes tell. */
export function revertState(
  after: RepositoryState,
  changes: readonly StateChange[],
  before: RepositoryState,
): RepositoryState {
  return overlaid(
    after,
    sidesOf(changes, (change) => change.before),
    before,
  );
}

type Sides = ReadonlyMap<string, StateEntry | undefined>;

/** A file that becomes a folder is two changes of one path: what is there afterwards counts. */
function sidesOf(
  changes: readonly StateChange[],
  side: (change: StateChange) => StateSide | undefined,
): Sides {
  const sides = new Map<string, StateEntry | undefined>();
  for (const change of changes) {
    const { path } = change;
    if (path === undefined) continue;
    const there = side(change);
    if (there !== undefined) sides.set(path, entryOf(change, there));
    else if (!sides.has(path)) sides.set(path, undefined);
  }
  return sides;
}

/** What is laid over each folder: found at once, for a push may add to as many folders as it likes. */
function byFolder(sides: Sides): ReadonlyMap<string, readonly StateEntry[]> {
  const folders = new Map<string, StateEntry[]>();
  for (const [path, entry] of sides) {
    if (entry === undefined) continue;
    const folder = path.slice(0, Math.max(0, path.lastIndexOf('/')));
    const inside = folders.get(folder);
    if (inside === undefined) folders.set(folder, [entry]);
    else inside.push(entry);
  }
  return folders;
}

function overlaid(base: RepositoryState, sides: Sides, from: RepositoryState): RepositoryState {
  const own = new Set([...sides.values()].map((entry) => entry?.oid));
  const laid = once(() => byFolder(sides));
  const source = ({ oid }: StateEntry) => (own.has(oid) ? from : base);
  return {
    find: async (path) => (sides.has(path) ? sides.get(path) : base.find(path)),
    list: async (folder) => {
      const kept = (await base.list(folder)).filter(({ path = '' }) => !sides.has(path));
      return [...kept, ...(laid().get(folder) ?? [])];
    },
    size: (entry) => source(entry).size(entry),
    read: (entry) => source(entry).read(entry),
  };
}

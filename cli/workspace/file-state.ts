import { createHash } from 'node:crypto';
import { fault } from '../../core/error/error.ts';
import type { RepositoryState, StateChange, StateEntry } from '../../core/rules/state.ts';

/** Files that are there but not at hand: their paths, and how to get one. */
export interface FilesElsewhere {
  readonly paths: readonly string[];
  read(path: string): Promise<Uint8Array | undefined>;
}

const none: FilesElsewhere = { paths: [], read: () => Promise.resolve(undefined) };

/** Files by path as a state that the rules can read: from a commit or the working tree. */
export function stateOf(
  files: ReadonlyMap<string, Uint8Array>,
  elsewhere: FilesElsewhere = none,
): RepositoryState {
  const entries = new Map([...elsewhere.paths].map((path) => [path, entry(path, 'elsewhere')]));
  for (const [path, bytes] of files) entries.set(path, entry(path, blobId(bytes)));
  const read = async ({ path = '', shown }: StateEntry): Promise<Uint8Array> => {
    const bytes = files.get(path) ?? (await elsewhere.read(path));
    if (bytes !== undefined) return bytes;
    throw fault('repository.object', shown, 'the file is not at hand');
  };
  return {
    find: (path) => Promise.resolve(entries.get(path)),
    list: (folder) => Promise.resolve(level([...entries.values()], folder)),
    size: async (file) => (await read(file)).length,
    read,
  };
}

/** What differs between two sets of files, folders left out. */
export function changesOf(
  before: ReadonlyMap<string, Uint8Array>,
  after: ReadonlyMap<string, Uint8Array>,
): readonly StateChange[] {
  const paths = [...new Set([...before.keys(), ...after.keys()])].sort();
  return paths.flatMap((path) => {
    const [was, is] = [sideOf(path, before), sideOf(path, after)];
    return was?.oid === is?.oid ? [] : [{ path, shown: path, before: was, after: is }];
  });
}

function sideOf(path: string, files: ReadonlyMap<string, Uint8Array>): StateEntry | undefined {
  const bytes = files.get(path);
  return bytes && entry(path, blobId(bytes));
}

/** The entries of one folder; a folder in it stands for all that lies below. */
function level(entries: readonly StateEntry[], folder: string): readonly StateEntry[] {
  const prefix = folder === '' ? '' : `${folder}/`;
  const found = new Map<string, StateEntry>();
  for (const each of entries) {
    const { path = '' } = each;
    if (!path.startsWith(prefix)) continue;
    const [name = '', deeper] = path.slice(prefix.length).split('/');
    const at = `${prefix}${name}`;
    found.set(at, deeper === undefined ? each : { ...entry(at, 'folder'), mode: '040000' });
  }
  return [...found.values()];
}

function entry(path: string, oid: string): StateEntry {
  return { path, shown: path, mode: '100644', oid };
}

/** The object id that git gives these bytes. */
function blobId(bytes: Uint8Array): string {
  return createHash('sha1').update(`blob ${bytes.length}\0`).update(bytes).digest('hex');
}

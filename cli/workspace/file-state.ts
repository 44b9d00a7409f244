import { createHash } from 'node:crypto';
import { fault } from '../../core/error/error.ts';
import type { RepositoryState, StateEntry } from '../../core/rules/state.ts';

/**
 * Files at hand, by path, as a state that the rules can read: from a commit or the working tree.
 * @param unread paths of files that nobody changed: all that is known of them is that they are there
 */
export function stateOf(
  files: ReadonlyMap<string, Uint8Array>,
  unread: readonly string[] = [],
): RepositoryState {
  const known = [...files].map(([path, bytes]) => entry(path, blobId(bytes)));
  const others = unread.map((path) => entry(path, 'unchanged'));
  const read = async ({ path, shown }: StateEntry): Promise<Uint8Array> => {
    const bytes = path === undefined ? undefined : files.get(path);
    if (bytes !== undefined) return Promise.resolve(bytes);
    throw fault('repository.object', shown, 'the file is not at hand');
  };
  return {
    entries: [...known, ...others],
    size: async (file) => (await read(file)).length,
    read,
  };
}

function entry(path: string, oid: string): StateEntry {
  return { path, shown: path, mode: '100644', oid };
}

/** The object id that git gives these bytes. */
function blobId(bytes: Uint8Array): string {
  return createHash('sha1').update(`blob ${bytes.length}\0`).update(bytes).digest('hex');
}

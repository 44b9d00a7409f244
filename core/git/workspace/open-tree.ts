import { readBlob } from 'isomorphic-git';
import { resolved, type Clone } from './clone.ts';
import { entryAt, folderBelow, folderOf } from './commit-trees.ts';
import { sideOf } from './tree-changes.ts';
import type { CommitTree } from './workspace.ts';

/** The tree of a commit, read where it is asked for; empty where there is no such ref. */
export async function openTree(clone: Clone, ref: string): Promise<CommitTree> {
  const commit = await resolved(clone, ref);
  return {
    find: async (path) => {
      const entry = await entryAt(clone, commit, path);
      return entry && { path, ...sideOf(entry) };
    },
    list: async (folder) => {
      const below =
        folder === ''
          ? await folderOf(clone, commit)
          : await folderBelow(clone, await entryAt(clone, commit, folder));
      const prefix = folder === '' ? '' : `${folder}/`;
      return [...below].map(([name, entry]) => ({ path: prefix + name, ...sideOf(entry) }));
    },
    read: async ({ oid }) => Buffer.from((await readBlob({ ...clone, oid })).blob),
  };
}

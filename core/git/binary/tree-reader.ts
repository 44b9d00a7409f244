import type { ObjectId } from '../object-id.ts';
import type { TreeCache } from './tree-cache.ts';
import { decodePath, shownPath, type TreeItem } from './tree-object.ts';
import type { TreeEntry } from './trees.ts';

/** One tree, read folder by folder as paths are asked for. */
export interface TreeReader {
  /** What is at a path of UTF-8 names, be it a file or a folder. */
  find(path: string): Promise<TreeEntry | undefined>;
  /** One level: the entries of a folder; none where there is no such folder. `''` is the top. */
  list(folder: string): Promise<TreeEntry[]>;
}

export function treeReader(cache: TreeCache, tree: ObjectId): TreeReader {
  const find = async (path: string): Promise<TreeEntry | undefined> => {
    let at: TreeItem | undefined;
    let folder: ObjectId = tree;
    for (const [depth, name] of path.split('/').entries()) {
      if (depth > 0 && at?.type !== 'tree') return undefined;
      at = (await cache.index(folder, shownPath(Buffer.from(path)))).find(name);
      if (at === undefined) return undefined;
      folder = at.oid;
    }
    return at && entryAt(Buffer.from(path), at);
  };
  return {
    find,
    list: async (folder) => {
      const oid = folder === '' ? tree : (await find(folder))?.oid;
      if (oid === undefined) return [];
      const prefix = folder === '' ? '' : `${folder}/`;
      const where = shownPath(Buffer.from(folder));
      const items = (await cache.index(oid, where)).items();
      return items.map((item) => entryAt(Buffer.concat([Buffer.from(prefix), item.name]), item));
    },
  };
}

function entryAt(pathBytes: Buffer, { mode, type, oid }: TreeItem): TreeEntry {
  return { pathBytes, path: decodePath(pathBytes), mode, type, oid };
}

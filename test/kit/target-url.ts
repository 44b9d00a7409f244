import { hashedTargetPath } from '../../core/metadata/names.ts';
import { entryOf, type Tree } from './source-tree.ts';

/** Path of the URL under which a target of a tree is served. */
export function targetUrl(tree: Tree, path: string): string {
  const { hashes } = entryOf(tree, path) as { hashes: { sha256: string } };
  return `/targets/${hashedTargetPath(path, hashes.sha256)}`;
}

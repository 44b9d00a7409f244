import path from 'node:path';
import type { LargeTree } from '../kit/large-tree.ts';
import type { RoleFile } from './write-repository.ts';

/** The roles of a tree by their names. */
export function* roleFiles(tree: LargeTree): Iterable<RoleFile> {
  for (const [file, bytes] of tree.files()) yield [path.basename(file, '.json'), bytes];
}

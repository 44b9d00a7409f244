import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fault, visible } from '../../error/error.ts';
import { objectId, ZERO, type ObjectId } from '../object-id.ts';
import { git, type GitRepository } from './git-command.ts';
import type { ObjectReader } from './object-reader.ts';
import { identity, type Person } from './person.ts';
import type { TreeCache } from './tree-cache.ts';
import { diffTrees } from './trees.ts';

export interface NewCommit {
  readonly tree: ObjectId;
  readonly parents: readonly ObjectId[];
  readonly message: string;
  readonly author: Person;
  readonly time: Date;
  /** The author, where nobody else is named. */
  readonly committer?: Person;
}

/** Path → the blob that belongs there, or undefined where the file goes away. */
export type TreeEdits = ReadonlyMap<string, ObjectId | undefined>;

export async function writeBlob(repository: GitRepository, bytes: Uint8Array): Promise<ObjectId> {
  return written(await git(repository, ['hash-object', '-w', '--stdin'], { input: bytes }));
}

/**
 * A tree with files put in and taken out, all of mode 100644.
 * @param base the tree to begin with, undefined for an empty one
 * @throws `repository.git` for a path that git does not take, or that is a folder of another file
 */
export async function writeTree(
  repository: GitRepository,
  reader: ObjectReader,
  trees: TreeCache,
  base: ObjectId | undefined,
  edits: TreeEdits,
): Promise<ObjectId> {
  const folder = await mkdtemp(join(tmpdir(), 'tuf-on-git-index-'));
  try {
    const env = { GIT_INDEX_FILE: join(folder, 'index') };
    await git(repository, ['read-tree', base ?? '--empty'], { env });
    await git(repository, ['update-index', '-z', '--index-info'], { env, input: indexInfo(edits) });
    const tree = written(await git(repository, ['write-tree'], { env }));
    await checkEdited({ reader, trees }, base, tree, edits);
    return tree;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

export async function writeCommit(
  repository: GitRepository,
  { tree, parents, message, author, time, committer = author }: NewCommit,
): Promise<ObjectId> {
  const args = ['commit-tree', tree, ...parents.flatMap((parent) => ['-p', parent]), '-F', '-'];
  const env = { ...identity('AUTHOR', author, time), ...identity('COMMITTER', committer, time) };
  return written(await git(repository, args, { env, input: message }));
}

/** Removals come first, so that a file can make room for a folder of its name. */
function indexInfo(edits: TreeEdits): string {
  const lines = (wanted: (oid: ObjectId | undefined) => boolean): string[] =>
    [...edits]
      .filter(([, oid]) => wanted(oid))
      .map(([path, oid]) => `${oid === undefined ? '0' : '100644'} ${oid ?? ZERO}\t${path}\0`);
  return [...lines((oid) => oid === undefined), ...lines((oid) => oid !== undefined)].join('');
}

/** Git passes over a path that it does not like, and lets a new file push out one in its way. */
async function checkEdited(
  { reader, trees }: { readonly reader: ObjectReader; readonly trees: TreeCache },
  base: ObjectId | undefined,
  tree: ObjectId,
  edits: TreeEdits,
): Promise<void> {
  const unlike = (path: string): Error =>
    fault('repository.git', visible(path), 'git does not keep a file there beside the others');
  for (const { path = '', before, after } of await diffTrees(trees, base, tree)) {
    if ((after ?? before)?.type !== 'tree' && !edits.has(path)) throw unlike(path);
  }
  for (const [path, oid] of edits) {
    if (oid !== undefined && (await reader.find(tree, path))?.oid !== oid) throw unlike(path);
  }
}

function written(output: Buffer): ObjectId {
  return objectId(output.toString('latin1').trim());
}

import { lstat, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  add,
  checkout,
  commit as writeCommit,
  Errors,
  readCommit,
  remove,
  resetIndex,
  setConfig,
  updateIndex,
  writeBlob,
  writeRef,
} from 'isomorphic-git';
import { fault, visible } from '../../error/error.ts';
import { hasCode } from '../../error/system-error.ts';
import { objectId, type ObjectId } from '../object-id.ts';
import { authorship } from './authorship.ts';
import { branchOf, resolved, type Clone } from './clone.ts';
import { editTree } from './edit-tree.ts';
import type { WorkspaceCommit } from './workspace.ts';

/** Signed bytes stay as they are: no line endings are turned, no executable bits are taken over. */
export async function keepBytes(clone: Clone): Promise<void> {
  await setConfig({ ...clone, path: 'core.autocrlf', value: false });
  await setConfig({ ...clone, path: 'core.filemode', value: false });
  const info = join(clone.gitdir, 'info');
  await mkdir(info, { recursive: true });
  await writeFile(join(info, 'attributes'), 'metadata/** -text\ntargets/** -text\n');
}

/** The branch moves last: on a disk that is full by then the clone is where it was. */
export async function commitFiles(clone: Clone, wanted: WorkspaceCommit): Promise<ObjectId> {
  const branch = await branchOf(clone);
  const head = await resolved(clone, 'HEAD');
  const base = head && objectId((await readCommit({ ...clone, oid: head })).commit.tree);
  const removed = wanted.removed ?? [];
  const blobs = await storeFiles(clone, wanted.paths);
  const edits = new Map([...removed.map((path) => [path, undefined] as const), ...blobs]);
  const tree = await editTree(clone, base, edits);
  if (tree === undefined || tree === base) {
    throw fault('workspace.nothing-to-do', clone.dir, 'the files are as they were committed last');
  }
  const ref = `refs/heads/${branch}`;
  const oid = objectId(
    await writeCommit({
      ...clone,
      ...authorship(wanted),
      message: wanted.message,
      tree,
      parent: head === undefined ? [] : [head],
      ref,
      noUpdateBranch: true,
    }),
  );
  await recordInIndex(clone, wanted.paths, removed);
  await wanted.beforeMove?.(oid);
  await writeRef({ ...clone, ref, value: oid, force: true });
  return oid;
}

/** Brings files from HEAD's commit to another one; local changes to other files stay. */
export async function checkOut(clone: Clone, oid: ObjectId): Promise<void> {
  try {
    await checkout({ ...clone, ref: oid, noUpdateHead: true });
  } catch (error) {
    if (!(error instanceof Errors.CheckoutConflictError)) throw error;
    throw dirty(error.data.filepaths);
  }
}

/** Forgets what is staged of these files; the files themselves stay. */
export async function unstage(clone: Clone, paths: readonly string[]): Promise<void> {
  for (const filepath of paths) await resetIndex({ ...clone, filepath });
}

export function dirty(paths: readonly string[]): Error {
  const [first = '', ...more] = paths;
  const others = more.length === 0 ? '' : ` and ${more.length} more`;
  const message = `it was changed here and on the server${others}`;
  return fault('workspace.dirty', visible(first), message, {
    hint: 'keep a copy of your change, take the file back, and repeat',
  });
}

/** Stores the content of each file; what is not an ordinary file has no place in a repository. */
async function storeFiles(clone: Clone, paths: readonly string[]): Promise<[string, ObjectId][]> {
  const stored: [string, ObjectId][] = [];
  for (const path of paths) {
    const file = join(clone.dir, path);
    if (!(await isOrdinaryFile(file))) {
      throw fault('workspace.not-allowed', visible(path), 'only ordinary files can be committed');
    }
    const blob = await readFile(file);
    stored.push([path, objectId(await writeBlob({ ...clone, blob }))]);
  }
  return stored;
}

async function isOrdinaryFile(file: string): Promise<boolean> {
  try {
    return (await lstat(file)).isFile();
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return false;
    throw error;
  }
}

/** The index follows, so that plain git sees a clean tree; executable files count as ordinary. */
async function recordInIndex(
  clone: Clone,
  paths: readonly string[],
  removed: readonly string[],
): Promise<void> {
  if (paths.length > 0) await add({ ...clone, filepath: [...paths], force: true });
  for (const filepath of paths) {
    const { mode } = await lstat(join(clone.dir, filepath));
    if ((mode & 0o111) === 0) continue;
    const oid = await writeBlob({ ...clone, blob: await readFile(join(clone.dir, filepath)) });
    await updateIndex({ ...clone, filepath, oid, mode: 0o100644 });
  }
  for (const filepath of removed) {
    await remove({ ...clone, filepath });
    await rm(join(clone.dir, filepath), { force: true });
  }
}

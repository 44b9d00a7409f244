/**
 * A commit of a few small files, written by this process itself: one git each for blobs, tree and commit
 * takes longer than the rest of a generation does.
 */
import { randomBytes } from 'node:crypto';
import fs from 'node:fs';
import { mkdir, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { writeBlob, writeCommit, writeTree, type PromiseFsClient } from 'isomorphic-git';
import { notWritable, syncFolder, writeSynced } from '../../files/durable-file.ts';
import { objectId, type ObjectId } from '../object-id.ts';
import type { Person } from './person.ts';

export interface FlatCommit {
  /** Name → content; no folders. */
  readonly files: ReadonlyMap<string, Uint8Array>;
  readonly parents: readonly ObjectId[];
  readonly message: string;
  readonly author: Person;
  readonly time: Date;
}

/**
 * Every object is on the disk when this returns.
 * @param gitdir a bare repository
 * @throws `home.not-writable`
 */
export async function writeFlatCommit(
  gitdir: string,
  { files, parents, message, author, time }: FlatCommit,
): Promise<ObjectId> {
  const folders = new Set([path.join(gitdir, 'objects')]);
  const place = { fs: wholeFiles(folders), gitdir };
  const entries = [...files].map(async ([name, blob]) => ({
    mode: '100644',
    path: name,
    oid: await writeBlob({ ...place, blob }),
    type: 'blob' as const,
  }));
  const tree = await writeTree({ ...place, tree: await Promise.all(entries) });
  const timestamp = Math.floor(time.getTime() / 1000);
  const person = { ...author, timestamp, timezoneOffset: 0 };
  const commit = { tree, parent: [...parents], message, author: person, committer: person };
  const oid = objectId(await writeCommit({ ...place, commit }));
  await Promise.all([...folders].map((folder) => syncFolder(folder)));
  return oid;
}

/**
 * isomorphic-git writes its files in place: here they are whole, as git's own are. After a failure it
 * makes the folder, which may be what failed, and tries again.
 */
function wholeFiles(folders: Set<string>): PromiseFsClient {
  const writeFile = async (file: string, content: string | Uint8Array) => {
    await writeObject(file, content);
    folders.add(path.dirname(file));
  };
  return { promises: { ...fs.promises, writeFile, mkdir: () => Promise.resolve() } };
}

/** What a crash leaves has a name by which `git gc` knows it. */
async function writeObject(file: string, content: string | Uint8Array): Promise<void> {
  const folder = path.dirname(file);
  const temporary = path.join(folder, `tmp_obj_${randomBytes(8).toString('hex')}`);
  try {
    await mkdir(folder, { recursive: true });
    await writeSynced(temporary, content, 0o444);
    await rename(temporary, file);
  } catch (cause) {
    await rm(temporary, { force: true }).catch(() => undefined); // it is not even a folder
    throw notWritable(file, cause);
  }
}

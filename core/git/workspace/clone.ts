import fs from 'node:fs';
import { join } from 'node:path';
import {
  currentBranch,
  Errors,
  resolveRef,
  type PromiseFsClient,
  type TreeEntry,
} from 'isomorphic-git';
import { fault } from '../../error/error.ts';
import { replaceWhole } from '../../files/durable-file.ts';
import { isObjectId, type ObjectId } from '../object-id.ts';

/**
 * What isomorphic-git wants to be told at each call. The cache belongs to one run: without it every
 * call parses packs and index again.
 */
export interface Clone {
  readonly fs: PromiseFsClient;
  readonly dir: string;
  readonly gitdir: string;
  readonly cache: object;
  /** Trees that were parsed in this run, by object id (of the tree or its commit). */
  readonly folders: Map<ObjectId, Promise<ReadonlyMap<string, TreeEntry>>>;
}

/** isomorphic-git writes its files in place: on a full disk each would stay there cut short. */
const wholeFiles: PromiseFsClient = {
  promises: { ...fs.promises, writeFile: writeWhole },
};

function writeWhole(
  file: string,
  content: string | Uint8Array,
  options?: { readonly mode?: number } | string,
): Promise<void> {
  return replaceWhole(file, content, typeof options === 'object' ? options.mode : undefined);
}

export function cloneOf(dir: string): Clone {
  return { fs: wholeFiles, dir, gitdir: join(dir, '.git'), cache: {}, folders: new Map() };
}

export async function resolved(clone: Clone, ref: string): Promise<ObjectId | undefined> {
  if (isObjectId(ref)) return ref;
  try {
    const oid = await resolveRef({ ...clone, ref });
    return isObjectId(oid) ? oid : undefined;
  } catch (error) {
    if (error instanceof Errors.NotFoundError) return undefined;
    throw error;
  }
}

/** @throws `workspace.base` when no branch is checked out */
export async function branchOf(clone: Clone): Promise<string> {
  const branch = await currentBranch({ ...clone });
  if (typeof branch === 'string') return branch;
  throw fault('workspace.base', clone.dir, 'no branch is checked out', {
    hint: 'check out main',
  });
}

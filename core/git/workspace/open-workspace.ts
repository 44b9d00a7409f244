import { access } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { currentBranch, getConfig, listBranches, writeRef } from 'isomorphic-git';
import { fault } from '../../error/error.ts';
import { isObjectId, type ObjectId } from '../object-id.ts';
import { changedFiles } from './changed-files.ts';
import { contains, history, mergeBase } from './clone-history.ts';
import { branchOf, cloneOf, resolved, type Clone } from './clone.ts';
import { listAt, readAt } from './commit-files.ts';
import { openTree } from './open-tree.ts';
import { commitOnto } from './detached-commit.ts';
import { parseAddress, remoteFor } from './remote.ts';
import { differingFiles, treeChanges } from './tree-changes.ts';
import { checkOut, commitFiles, dirty, unstage } from './working-tree.ts';
import type { PushOptions, PushResult, Workspace } from './workspace.ts';

export interface WorkspaceOptions {
  /** For a server that asks for one. Sent over HTTPS, and to this machine, only. */
  readonly token?: string;
}

/**
 * Opens the clone that a folder belongs to.
 * @throws `workspace.missing` when it belongs to none
 */
export async function openWorkspace(
  start: string,
  options: WorkspaceOptions = {},
): Promise<Workspace> {
  const dir = await topOf(resolve(start));
  if (dir === undefined) {
    throw fault('workspace.missing', start, 'this is not inside a clone', {
      hint: 'make one: tuf-on-git clone URL',
    });
  }
  return workspaceAt(cloneOf(dir), options);
}

/** The workspace of a clone that is known to be there. */
export function workspaceAt(clone: Clone, { token }: WorkspaceOptions): Workspace {
  const remoteUrl = (): Promise<string> => urlOfOrigin(clone);
  const head = (): Promise<ObjectId> => headOf(clone);
  return {
    dir: clone.dir,
    stateDir: join(clone.gitdir, 'tuf-on-git'),
    remoteUrl,
    branch: async () => (await currentBranch({ ...clone })) ?? undefined,
    head,
    resolve: (ref) => resolved(clone, ref),
    readAt: (ref, path) => readAt(clone, ref, path),
    listAt: (ref, folder) => listAt(clone, ref, folder),
    tree: (ref) => openTree(clone, ref),
    treeChanges: (from, to) => treeChanges(clone, from, to),
    mergeBase: (one, other) => mergeBase(clone, one, other),
    history: (from) => history(clone, from),
    changedFiles: (within) => changedFiles(clone, within),
    commit: (change) => commitFiles(clone, change),
    commitOnto: (parent, change) => commitOnto(clone, parent, change),
    rewind: (to) => rewind(clone, to),
    fetch: async () => remoteFor(await remoteUrl(), token).fetch(clone),
    remoteRefs: async (prefix) => remoteFor(await remoteUrl(), token).refs(clone, prefix),
    fetchRef: async (ref) => remoteFor(await remoteUrl(), token).fetchRef(clone, ref),
    remoteBranches: (folder) => remoteBranches(clone, folder),
    fastForward: () => fastForward(clone),
    push: (wanted) => push(clone, token, wanted),
  };
}

/** Moves the current branch, and the files with it, to what was fetched of it. */
export async function fastForward(clone: Clone): Promise<boolean> {
  const branch = await branchOf(clone);
  const here = await resolved(clone, 'HEAD');
  const there = await resolved(clone, `refs/remotes/origin/${branch}`);
  if (there === undefined || (await contains(clone, here, there))) return false;
  if (!(await contains(clone, there, here))) throw diverged(branch);
  const local = (await changedFiles(clone)).map(({ path }) => path);
  const incoming = new Set(await differingFiles(clone, here, there));
  const both = local.filter((path) => incoming.has(path));
  if (both.length > 0) throw dirty(both);
  await unstage(clone, local);
  await checkOut(clone, there);
  await writeRef({ ...clone, ref: `refs/heads/${branch}`, value: there, force: true });
  return true;
}

async function rewind(clone: Clone, to: ObjectId): Promise<void> {
  const branch = await branchOf(clone);
  const head = await headOf(clone);
  if (!(await contains(clone, head, to))) {
    throw fault('workspace.base', to, `the branch ${branch} does not build on it`);
  }
  const changed = await differingFiles(clone, to, head);
  await writeRef({ ...clone, ref: `refs/heads/${branch}`, value: to, force: true });
  await unstage(clone, changed);
}

async function push(
  clone: Clone,
  token: string | undefined,
  { ref, remoteRef, onMessage = () => undefined }: PushOptions = {},
): Promise<PushResult> {
  const from = fullBranch(ref ?? (await branchOf(clone)));
  const to = remoteRef === undefined ? from : fullBranch(remoteRef);
  return remoteFor(await urlOfOrigin(clone), token).push(clone, from, to, onMessage);
}

async function urlOfOrigin(clone: Clone): Promise<string> {
  const url: unknown = await getConfig({ ...clone, path: 'remote.origin.url' });
  if (typeof url === 'string' && url !== '') return parseAddress(url).url;
  throw fault('workspace.missing', clone.dir, 'the clone has no remote named origin');
}

async function headOf(clone: Clone): Promise<ObjectId> {
  const head = await resolved(clone, 'HEAD');
  if (head !== undefined) return head;
  throw fault('repository.not-found', clone.dir, 'there is no commit yet');
}

async function remoteBranches(
  clone: Clone,
  folder: string,
): Promise<ReadonlyMap<string, ObjectId>> {
  const branches = new Map<string, ObjectId>();
  for (const branch of (await listBranches({ ...clone, remote: 'origin' })).sort()) {
    if (!branch.startsWith(`${folder}/`)) continue;
    const oid = await resolved(clone, `refs/remotes/origin/${branch}`);
    if (oid !== undefined) branches.set(branch.slice(folder.length + 1), oid);
  }
  return branches;
}

function diverged(branch: string): Error {
  return fault(
    'workspace.base',
    branch,
    'both this clone and the server have commits of their own',
    {
      hint: 'take your commits back and make them again on what the server has',
    },
  );
}

function fullBranch(name: string): string {
  return name.startsWith('refs/') || isObjectId(name) ? name : `refs/heads/${name}`;
}

async function topOf(start: string): Promise<string | undefined> {
  for (let dir = start; ; dir = dirname(dir)) {
    if (await isClone(dir)) return dir;
    if (dir === dirname(dir)) return undefined;
  }
}

async function isClone(dir: string): Promise<boolean> {
  try {
    await access(join(dir, '.git', 'HEAD'));
    return true;
  } catch {
    // Whatever keeps us from seeing it, this folder is no clone of ours.
    return false;
  }
}

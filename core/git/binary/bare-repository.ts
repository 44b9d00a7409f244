import { existsSync, realpathSync } from 'node:fs';
import { join } from 'node:path';
import { fault } from '../../error/error.ts';
import type { ObjectId } from '../object-id.ts';
import type { ObjectInfo } from './cat-file.ts';
import { bareEnvironment, type GitRepository } from './git-command.ts';
import * as history from './history.ts';
import { ObjectReader } from './object-reader.ts';
import { readRefLog, type RefLogLine } from './ref-log.ts';
import * as refs from './refs.ts';
import { TreeCache } from './tree-cache.ts';
import { treeReader, type TreeReader } from './tree-reader.ts';
import { diffTrees, listTree, type TreeChange, type TreeEntry, type TreeLimits } from './trees.ts';
import * as objects from './write-objects.ts';

export interface BareOptions {
  /**
   * In a pre-receive hook: its environment, of which the three variables of the quarantine are kept,
   * so that what is being pushed can be read.
   */
  readonly quarantine?: NodeJS.ProcessEnv;
  /** After how long a git process that does not answer is ended. Default 60,000 ms. */
  readonly timeoutMs?: number;
  /** Ends whatever git processes there are when it is aborted. */
  readonly signal?: AbortSignal;
  /** What is written goes away again: git does not wait until the disk has it. */
  readonly throwAway?: true;
}

/**
 * The server's repository, read and written with the git binary. Failures are `repository.git`
 * (git itself), `repository.object` (an object is missing or of another type), and what is named.
 */
export interface BareRepository {
  readonly dir: string;

  /** Where a ref is, by its full name. */
  resolveRef(ref: string): Promise<ObjectId | undefined>;
  /** What a ref points to, by a git that runs already: cheap for refs that are seldom there. */
  refObject(ref: string): Promise<ObjectInfo | undefined>;
  /** Refs by whole names, or by what stands before a slash in them. */
  listRefs(...prefixes: readonly string[]): Promise<refs.Ref[]>;
  /** Compare-and-swap. @throws `repository.stale` when the ref is not where the caller believes */
  updateRef(change: refs.RefChange): Promise<void>;
  /** Several at once: all of them or none. @throws `repository.stale` */
  updateRefs(moves: readonly refs.RefMove[], entry: refs.RefLogEntry): Promise<void>;
  /** Every move of a ref that exists, oldest first. */
  refLog(ref: string): Promise<RefLogLine[]>;
  /** When and by whom a commit became part of a ref, undefined when it never did. */
  receipt(ref: string, oid: ObjectId): Promise<history.Receipt | undefined>;

  commit(oid: ObjectId): Promise<history.Commit>;
  /**
   * The commits reachable from `to` and not from `from`, parents before children. Merges are among
   * them, with what they bring in. @throws `git.too-many`
   */
  commitsBetween(
    from: ObjectId | undefined,
    to: ObjectId,
    limits?: history.HistoryLimits,
  ): Promise<history.Commit[]>;
  /** Every file that has ever been below this folder, in any commit of any ref. */
  everyVersion(folder: string): Promise<readonly ObjectId[]>;
  /** Whether `ancestor` is `descendant` or reachable from it. */
  isAncestor(ancestor: ObjectId, descendant: ObjectId): Promise<boolean>;
  /** Every removal of these files, or below these folders, in a commit and those before it, newest first. */
  removals(to: ObjectId, paths: readonly string[]): Promise<history.Removal[]>;

  /**
   * Every entry below a commit's tree or a tree, folders included (an empty one has the object id
   * `EMPTY_TREE`), sorted by path bytes. @throws `git.too-many`
   */
  tree(treeish: ObjectId, limits?: TreeLimits): Promise<TreeEntry[]>;
  /**
   * What differs between two trees (or commits), folders included; renames are a removal and an
   * addition. `before` undefined: everything is added. @throws `git.too-many`
   */
  changes(
    before: ObjectId | undefined,
    after: ObjectId,
    limits?: TreeLimits,
  ): Promise<TreeChange[]>;
  /** The tree of a commit, or a tree, read folder by folder as it is asked for. */
  openTree(treeish: ObjectId): Promise<TreeReader>;
  /** What is at a path below a commit, a tree, or a ref by its full name that may not be there. */
  find(treeish: string, path: string): Promise<ObjectInfo | undefined>;

  /** Type and size of an object, undefined when it is missing. */
  info(oid: ObjectId): Promise<ObjectInfo | undefined>;
  /** Sizes in bytes. */
  sizes(oids: readonly ObjectId[]): Promise<Map<ObjectId, number>>;
  /** @param where what to call it in errors. @throws `git.too-large`, before anything is loaded */
  blob(oid: ObjectId, maxBytes: number, where?: string): Promise<Buffer>;

  writeBlob(bytes: Uint8Array): Promise<ObjectId>;
  /** `base` (a tree or commit, undefined: empty) with files of mode 100644 put in and taken out. */
  writeTree(base: ObjectId | undefined, edits: objects.TreeEdits): Promise<ObjectId>;
  writeCommit(commit: objects.NewCommit): Promise<ObjectId>;

  /** Ends the long-lived git processes, which otherwise keep the program alive. */
  close(): Promise<void>;
}

/**
 * Opens a bare repository. Nothing is started before it is asked for something.
 * @throws `repository.missing` when the folder is none
 */
export function openBareRepository(dir: string, options: BareOptions = {}): BareRepository {
  const repository = gitRepository(dir, options);
  const reader = new ObjectReader(repository);
  const trees = new TreeCache(reader);
  const treeOf = async (oid: ObjectId): Promise<ObjectId> =>
    (await reader.info(oid))?.type === 'commit'
      ? (await history.readCommit(reader, oid)).tree
      : oid;
  return {
    dir: repository.dir,
    resolveRef: (ref) => refs.resolveRef(repository, ref),
    refObject: (ref) => reader.atRef(ref),
    listRefs: (...prefixes) => refs.listRefs(repository, ...prefixes),
    updateRef: (change) => refs.updateRef(repository, change),
    updateRefs: (moves, entry) => refs.updateRefs(repository, moves, entry),
    refLog: (ref) => readRefLog(repository, ref),
    receipt: (ref, oid) => history.receipt(repository, ref, oid),
    commit: (oid) => history.readCommit(reader, oid),
    commitsBetween: (from, to, limits) =>
      history.commitsBetween(repository, reader, from, to, limits),
    everyVersion: (folder) => history.everyVersion(repository, folder),
    isAncestor: (ancestor, descendant) => history.isAncestor(repository, ancestor, descendant),
    removals: (to, paths) => history.removals(repository, to, paths),
    tree: async (treeish, limits) => listTree(trees, await treeOf(treeish), limits),
    changes: async (before, after, limits) =>
      diffTrees(trees, before && (await treeOf(before)), await treeOf(after), limits),
    openTree: async (treeish) => treeReader(trees, await treeOf(treeish)),
    find: (treeish, path) => reader.find(treeish, path),
    info: (oid) => reader.info(oid),
    sizes: (oids) => reader.sizesOf(oids),
    blob: (oid, maxBytes, where) => reader.read(oid, 'blob', maxBytes, where),
    writeBlob: (bytes) => objects.writeBlob(repository, bytes),
    writeTree: async (base, edits) =>
      objects.writeTree(repository, reader, trees, base && (await treeOf(base)), edits),
    writeCommit: (commit) => objects.writeCommit(repository, commit),
    close: () => reader.close(),
  };
}

const withoutSync = {
  GIT_CONFIG_COUNT: '1',
  GIT_CONFIG_KEY_0: 'core.fsync',
  GIT_CONFIG_VALUE_0: 'none',
};

/** The folder and environment in which this room, and git over HTTP, run git. */
export function gitRepository(dir: string, options: BareOptions = {}): GitRepository {
  if (!['HEAD', 'objects', 'refs'].every((name) => existsSync(join(dir, name)))) {
    throw fault('repository.missing', dir, 'there is no bare git repository');
  }
  const path = realpathSync(dir);
  const env = {
    ...bareEnvironment(options.quarantine),
    ...(options.throwAway === true ? withoutSync : {}),
    GIT_DIR: path,
  };
  const { timeoutMs = 60_000, signal } = options;
  return { dir: path, env, timeoutMs, ...(signal === undefined ? {} : { signal }) };
}

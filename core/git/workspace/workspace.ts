import type { Person } from '../binary/person.ts';
import type { ObjectId } from '../object-id.ts';

export type { Person };

/**
 * A maintainer's clone: working tree, history, and the remote `origin`. No git needs to be installed
 * where the remote is HTTP.
 */
export interface Workspace {
  /** The top of the working tree, absolute. */
  readonly dir: string;
  /** For what is private to this clone; not in the working tree, and made by whoever writes there. */
  readonly stateDir: string;

  /** Of `origin`, without credentials. */
  remoteUrl(): Promise<string>;
  /** The branch that is checked out, undefined when it is none. */
  branch(): Promise<string | undefined>;
  /** @throws `repository.not-found` while there is no commit */
  head(): Promise<ObjectId>;
  /** `HEAD`, `main`, `origin/main`, `refs/…` or an object id; undefined when there is none. */
  resolve(ref: string): Promise<ObjectId | undefined>;

  /** A file as it is in a commit, undefined when it (or the commit's ref) is not there. */
  readAt(ref: string, path: string): Promise<Buffer | undefined>;
  /** The files of a commit below a folder (`''`: all), sorted; none where there is no such ref. */
  listAt(ref: string, folder: string): Promise<string[]>;
  /** The tree of a commit, for reading it entry by entry; empty where there is no such ref. */
  tree(ref: string): Promise<CommitTree>;
  /** What differs between two commits, folders included. */
  treeChanges(from: ObjectId, to: ObjectId): Promise<TreeChange[]>;
  /** The newest commit that both histories hold, undefined when they have nothing in common. */
  mergeBase(one: ObjectId, other: ObjectId): Promise<ObjectId | undefined>;
  /** A commit and all before it, newest first. */
  history(from: ObjectId): Promise<PastCommit[]>;
  /** How the working tree differs from HEAD, within these folders or files; sorted. */
  changedFiles(within?: readonly string[]): Promise<WorkingChange[]>;

  /**
   * Makes a commit of HEAD with exactly these files put in (mode 100644) and taken out, whatever else
   * differs or is staged. Files taken out are removed from the working tree as well.
   * @throws `workspace.not-allowed` for what is no ordinary file, `workspace.nothing-to-do`
   */
  commit(change: WorkspaceCommit): Promise<ObjectId>;
  /**
   * Makes a commit that no branch holds, with these files put in (mode 100644) and taken out. Working
   * tree and HEAD stay as they are.
   */
  commitOnto(parent: ObjectId, change: DetachedCommit): Promise<ObjectId>;
  /**
   * Takes commits back, after they were refused: the branch returns to `to`, the files stay as they
   * are. @throws `workspace.base` when HEAD does not build on `to`
   */
  rewind(to: ObjectId): Promise<void>;

  /** All branches of `origin`; those that are gone there go away here too. */
  fetch(): Promise<void>;
  /** The refs of `origin` as they are now that begin so, by their full names: `refs/tuf/events/`. */
  remoteRefs(prefix: string): Promise<ReadonlyMap<string, ObjectId>>;
  /** Brings the objects of one ref of `origin`; no ref moves here. */
  fetchRef(ref: string): Promise<void>;
  /** The branches of `origin` below a folder (`sign`), by their names in it, as last fetched. */
  remoteBranches(folder: string): Promise<ReadonlyMap<string, ObjectId>>;
  /**
   * Brings the branch and its files up to `origin`'s, as last fetched. Other local changes stay.
   * @returns whether anything moved
   * @throws `workspace.dirty` when a file would lose a local change, `workspace.base` when both sides
   *   have commits of their own
   */
  fastForward(): Promise<boolean>;
  /** Sends a branch. A refusal by the hook is an answer, not an error. */
  push(options?: PushOptions): Promise<PushResult>;
}

export interface PastCommit {
  readonly oid: ObjectId;
  readonly message: string;
  readonly time: Date;
}

export interface WorkingChange {
  readonly path: string;
  readonly change: 'added' | 'modified' | 'removed';
}

/** Who made a commit, when and why. */
export interface CommitWords {
  readonly message: string;
  readonly author: Person;
  /** Default: now. */
  readonly time?: Date;
}

export interface WorkspaceCommit extends CommitWords {
  readonly paths: readonly string[];
  readonly removed?: readonly string[];
  /** When the commit is there and the branch is about to move to it. */
  readonly beforeMove?: (commit: ObjectId) => Promise<void>;
}

export interface DetachedCommit extends CommitWords {
  /** Contents by path; undefined: the file goes. */
  readonly files: ReadonlyMap<string, Uint8Array | undefined>;
}

/** What stands at a path of a tree. */
export interface TreeSide {
  /** Six digits: `100644`, `100755`, `120000`, `160000`, `040000`. */
  readonly mode: string;
  readonly oid: ObjectId;
}

export interface CommitEntry extends TreeSide {
  readonly path: string;
}

export interface TreeChange {
  readonly path: string;
  readonly before: TreeSide | undefined;
  readonly after: TreeSide | undefined;
}

export interface CommitTree {
  find(path: string): Promise<CommitEntry | undefined>;
  /** The entries of one folder, not of those below it; `''` is the top. */
  list(folder: string): Promise<readonly CommitEntry[]>;
  read(file: TreeSide): Promise<Buffer>;
}

export interface PushOptions {
  /** A branch, or the id of a commit. Default: the branch that is checked out. */
  readonly ref?: string;
  /** `sign/rotation`, `refs/heads/main`. Default: the same name as here. */
  readonly remoteRef?: string;
  /** Called with each line that the server says, as it arrives. */
  readonly onMessage?: (line: string) => void;
}

export interface PushResult {
  readonly accepted: boolean;
  /** What the server said, without `remote: `. */
  readonly lines: readonly string[];
  /** Why not: `pre-receive hook declined`, `non-fast-forward`. */
  readonly reason?: string;
}

import type { Document } from '../metadata/document.ts';
import type { PublicKey } from '../metadata/keys.ts';

/** One entry of a tree, folders included, as git has it. */
export interface StateEntry {
  /** The whole path, or undefined when it is not UTF-8; `shown` is fit to print either way. */
  readonly path: string | undefined;
  readonly shown: string;
  /** As `git ls-tree` prints it: `100644`, `100755`, `120000`, `160000`, `040000`. */
  readonly mode: string;
  readonly oid: string;
}

export function isFile({ mode }: StateEntry): boolean {
  return mode.startsWith('100');
}

/** The tree of one commit, seen as TUF metadata and target files. */
export interface RepositoryState {
  readonly entries: readonly StateEntry[];
  /** Bytes of a file: asked before it is read. @throws `repository.object` when it is missing */
  size(entry: StateEntry): Promise<number>;
  /** @throws `repository.object` when it is missing */
  read(entry: StateEntry): Promise<Uint8Array>;
}

/** What a verdict depends on beside the two states. */
export interface TransitionContext {
  /** When the push was received: expiry is judged as of this instant. */
  readonly receivedAt: Date;
  /** How far that may be off, in milliseconds; absent: not at all. */
  readonly receiptSlackMs?: number;
  /** The root that the operator pinned; the first state must descend from it. */
  readonly pinnedRoot: Document<'root'>;
  /** The keys that the daemon's signer holds; undefined where that is not known. */
  readonly onlineKeys: readonly PublicKey[] | undefined;
  /** How far a role had got that was deleted and comes back (`role.version-not-next`). */
  highestVersion?(role: string): number | undefined;
}

export const rootFile = 'metadata/root.json';
export const targetsFile = 'metadata/targets.json';

/** Where the source tree keeps a role. */
export function roleFile(role: string): string {
  return `metadata/${role}.json`;
}

/** Where the source tree keeps version N of root. */
export function rootHistoryFile(version: number): string {
  return `metadata/root_history/${version}.root.json`;
}

/** Where the source tree keeps a target file, if it keeps it at all. */
export function targetFile(targetPath: string): string {
  return `targets/${targetPath}`;
}

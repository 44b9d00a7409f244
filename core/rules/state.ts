import { createHash } from 'node:crypto';
import type { Document } from '../metadata/document.ts';
import type { PublicKey } from '../metadata/keys.ts';
import { tighten, type Limits } from '../metadata/limits.ts';
import { readPolicy, type Policy } from '../metadata/policy.ts';

/** What stands at a path of a tree. */
export interface StateSide {
  /** As stored, six digits: `100644`, `100755`, `120000`, `160000`, `040000`. */
  readonly mode: string;
  readonly oid: string;
}

/** One entry of a tree, folders included, as git has it. */
export interface StateEntry extends StateSide {
  /** The whole path, or undefined when it is not UTF-8; `shown` is fit to print either way. */
  readonly path: string | undefined;
  readonly shown: string;
}

/** One path, folders included, that differs between two trees. */
export interface StateChange {
  readonly path: string | undefined;
  readonly shown: string;
  readonly before: StateSide | undefined;
  readonly after: StateSide | undefined;
}

export function isFile({ mode }: StateSide): boolean {
  return mode.startsWith('100');
}

/** The tree of one commit, seen as TUF metadata and target files; read when a rule asks. */
export interface RepositoryState {
  /** What is at this path, folders included. */
  find(path: string): Promise<StateEntry | undefined>;
  /** The entries of one folder, not of those below it; `''` is the top. */
  list(folder: string): Promise<readonly StateEntry[]>;
  /** Bytes of a file: asked before it is read. @throws `repository.object` when it is missing */
  size(entry: StateEntry): Promise<number>;
  /** @throws `repository.object` when it is missing */
  read(entry: StateEntry): Promise<Uint8Array>;
}

/** True when the same thing stands on both sides, or nothing on either. */
export function isSameSide(one: StateSide | undefined, other: StateSide | undefined): boolean {
  return one?.oid === other?.oid && one?.mode === other?.mode;
}

/** The side of a change, as the entry that it is. */
export function entryOf(
  { path, shown }: Pick<StateChange, 'path' | 'shown'>,
  side: StateSide,
): StateEntry {
  return { path, shown, mode: side.mode, oid: side.oid };
}

/** Target files outside the tree: under their SHA-256, which was measured when they came. */
export interface TargetBlobs {
  find(sha256: string): Promise<{ readonly length: number } | undefined>;
  stream(sha256: string): AsyncIterable<Uint8Array>;
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
  /** Target files that are not in the tree; absent: there are none. */
  readonly blobs?: TargetBlobs;
  /** `left-out`: whether target files are there, and are what they should be, is not asked. */
  readonly targetFiles?: 'left-out';
  /** What this server allows of what the policy does; absent: all of it. */
  readonly limits?: Limits;
  /** All metadata together that one commit may change, in bytes; absent: any. */
  readonly maxMetadataBytes?: number;
  /** `left-open`, on signing events: signatures that are still missing are no fault. */
  readonly thresholds?: 'left-open';
  /** How far a role had got that was deleted and comes back (`role.version-not-next`). */
  highestVersion?(role: string): number | undefined;
  /** Files that the last snapshot lists: entries stay when their roles go (`size.snapshot`). */
  publishedFiles?(): Promise<readonly string[]>;
}

/** The policy that a verdict goes by: that of root, as far as this server allows it. */
export function policyFor(
  root: Document<'root'>,
  { limits = {} }: Pick<TransitionContext, 'limits'>,
): Policy {
  return tighten(readPolicy(root.signed), limits);
}

export const rootFile = 'metadata/root.json';
export const targetsFile = 'metadata/targets.json';

/** Where the source tree keeps a role. */
export function roleFile(role: string): string {
  return `metadata/${role}.json`;
}

/** The role that a file of the source tree is, root and its history apart. */
export function roleOf(path: string): string | undefined {
  const name = /^metadata\/([^/]+)\.json$/.exec(path)?.[1];
  return name === 'root' ? undefined : name;
}

/** Where the source tree keeps version N of root. */
export function rootHistoryFile(version: number): string {
  return `metadata/root_history/${version}.root.json`;
}

export function isRootVersion(path: string): boolean {
  return path.startsWith('metadata/root_history/');
}

/** Where the source tree keeps a target file, if it keeps it at all. */
export function targetFile(targetPath: string): string {
  return `targets/${targetPath}`;
}

/** What a signing event holds beside its change: on the event's branch alone, for it never lands. */
export const eventStateFile = '.signing-event-state';

/** SHA-256 of the bytes of root version 1, in hex: what proofs and withdrawals know a repository by. */
export async function firstRootDigest(state: RepositoryState): Promise<string> {
  const first = await state.find(rootHistoryFile(1));
  const digest = createHash('sha256').update(first ? await state.read(first) : '');
  return digest.digest('hex');
}

/** The target that a file of the source tree is. */
export function targetOf(path: string): string | undefined {
  return path.startsWith('targets/') ? path.slice('targets/'.length) : undefined;
}

/** The role whose payload a file has; of root the files of its versions, which `root.json` repeats. */
export function payloadRole(path: string): string | undefined {
  return isRootVersion(path) ? 'root' : roleOf(path);
}

/** True for the files that hold metadata: roles, and the versions of root. */
export function isMetadataFile(path: string): boolean {
  return /^metadata\/.*\.json$/.test(path);
}

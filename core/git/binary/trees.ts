import { fault } from '../../error/error.ts';
import type { ObjectId } from '../object-id.ts';
import type { TreeCache } from './tree-cache.ts';
import { differingItems } from './tree-difference.ts';
import { decodePath, shownPath, type EntryType, type TreeItem } from './tree-object.ts';

export interface TreeSide {
  /** As stored, six digits: `100644`, `040000`, but also `100664` where somebody wrote that. */
  readonly mode: string;
  readonly type: EntryType;
  readonly oid: ObjectId;
}

interface Located {
  /** The whole path as bytes. */
  readonly pathBytes: Buffer;
  /** The path as text, undefined when it is not UTF-8; `shownPath(pathBytes)` is for people. */
  readonly path: string | undefined;
}

export interface TreeEntry extends TreeSide, Located {}

/** One path that differs; a file that becomes a folder is two of these, one removed, one added. */
export interface TreeChange extends Located {
  readonly before: TreeSide | undefined;
  readonly after: TreeSide | undefined;
}

export interface TreeLimits {
  /** Entries or changes, folders included; more are `git.too-many`. Default 1,000,000. */
  readonly maxEntries?: number;
}

const DEFAULT_MAX_ENTRIES = 1_000_000;
const MAX_DEPTH = 64;
const FOLDERS_AT_ONCE = 256;

/** Every entry below a tree: files, folders, links, empty folders, sorted by path bytes. */
export async function listTree(
  cache: TreeCache,
  tree: ObjectId,
  limits: TreeLimits = {},
): Promise<TreeEntry[]> {
  const changes = await diffTrees(cache, undefined, tree, limits);
  return changes.flatMap(({ pathBytes, path, after }) =>
    after === undefined ? [] : [{ pathBytes, path, ...after }],
  );
}

/** What differs between two trees, folders included, sorted by path bytes, removals first. */
export async function diffTrees(
  cache: TreeCache,
  before: ObjectId | undefined,
  after: ObjectId,
  limits: TreeLimits = {},
): Promise<TreeChange[]> {
  const count = counter(limits.maxEntries ?? DEFAULT_MAX_ENTRIES);
  const changes: TreeChange[] = [];
  let folders: FolderPair[] = [{ prefix: Buffer.alloc(0), before, after }];
  for (let depth = 0; folders.length > 0; depth += 1) {
    if (depth > MAX_DEPTH) throw tooMany(`folders nested deeper than ${MAX_DEPTH}`);
    const level = await inBatches(folders, (folder) => diffFolder(cache, folder, count));
    for (const change of level) changes.push(change);
    folders = level.flatMap(foldersWithin);
  }
  return changes.sort(byPath);
}

/** A folder on both sides; undefined where it does not exist. */
interface FolderPair {
  readonly prefix: Buffer;
  readonly before: ObjectId | undefined;
  readonly after: ObjectId | undefined;
}

async function diffFolder(
  cache: TreeCache,
  folder: FolderPair,
  count: (changes: number) => void,
): Promise<TreeChange[]> {
  const where = folder.prefix.length === 0 ? 'the top folder' : shownPath(folder.prefix);
  const { before, after } = differingItems(
    ...(await Promise.all([cache.bytes(folder.before, where), cache.bytes(folder.after, where)])),
    where,
  );
  const old = new Map(before.map((item) => [keyOf(item), item]));
  const added = after.flatMap((item) => {
    const key = keyOf(item);
    const was = old.get(key);
    old.delete(key);
    return was !== undefined && isSame(was, item) ? [] : [change(folder.prefix, was, item)];
  });
  count(old.size + added.length);
  return [...[...old.values()].map((item) => change(folder.prefix, item, undefined)), ...added];
}

/** Stops early: a small tree that names one subtree many times can stand for billions of paths. */
function counter(most: number): (changes: number) => void {
  let sum = 0;
  return (changes) => {
    sum += changes;
    if (sum > most) throw tooMany(`more than ${most} entries`);
  };
}

async function inBatches<T, R>(items: readonly T[], act: (item: T) => Promise<R[]>): Promise<R[]> {
  const results: R[] = [];
  for (let at = 0; at < items.length; at += FOLDERS_AT_ONCE) {
    const batch = await Promise.all(items.slice(at, at + FOLDERS_AT_ONCE).map(act));
    for (const result of batch.flat()) results.push(result);
  }
  return results;
}

/** A file and a folder of one name are different things: the key tells them apart. */
function keyOf(item: TreeItem): string {
  return (item.type === 'tree' ? '/' : '') + item.name.toString('latin1');
}

function isSame(one: TreeItem, other: TreeItem): boolean {
  return one.oid === other.oid && one.mode === other.mode;
}

function change(
  prefix: Buffer,
  before: TreeItem | undefined,
  after: TreeItem | undefined,
): TreeChange {
  const name = (after ?? before)?.name ?? Buffer.alloc(0);
  const pathBytes = Buffer.concat([prefix, name]);
  return { pathBytes, path: decodePath(pathBytes), before: sideOf(before), after: sideOf(after) };
}

function sideOf(item: TreeItem | undefined): TreeSide | undefined {
  return item && { mode: item.mode, type: item.type, oid: item.oid };
}

function foldersWithin({ pathBytes, before, after }: TreeChange): FolderPair[] {
  if ((after ?? before)?.type !== 'tree' || before?.oid === after?.oid) return [];
  const prefix = Buffer.concat([pathBytes, Buffer.from('/')]);
  return [{ prefix, before: before?.oid, after: after?.oid }];
}

function byPath(one: TreeChange, other: TreeChange): number {
  return (
    Buffer.compare(one.pathBytes, other.pathBytes) ||
    Number(one.after !== undefined) - Number(other.after !== undefined)
  );
}

function tooMany(message: string): Error {
  return fault('git.too-many', 'the tree', message);
}

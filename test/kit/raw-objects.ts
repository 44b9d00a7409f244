/**
 * Git objects written byte for byte and without a process: modes, names and orders that no work tree
 * holds, and hundreds of commits in the time that git takes for one.
 */
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { deflateSync } from 'node:zlib';
import type { Tree } from './source-tree.ts';

/** An entry that a Map of files cannot hold; `path` is below the top, in bytes where it must be. */
export interface OddEntry {
  readonly path: string | Buffer;
  /** As git stores it: `100755`, `120000`, `40000`. */
  readonly mode: string;
  /** The object behind it, or its bytes, which become a blob. */
  readonly oid?: string;
  readonly content?: string;
}

export interface NewCommit {
  readonly tree: Tree;
  readonly odd?: readonly OddEntry[];
  readonly parents: readonly string[];
  readonly message?: string;
}

/** Writes a commit with all that it needs into `GIT_DIR/objects`; its object id. */
export function writeRawCommit(gitDir: string, commit: NewCommit): string {
  const { tree, odd = [], parents, message = 'metadata: change' } = commit;
  const files = [...tree].map(([file, bytes]) => ({
    path: Buffer.from(file),
    mode: '100644',
    oid: writeRawObject(gitDir, 'blob', bytes),
  }));
  const others = odd.map((entry) => ({
    path: Buffer.from(entry.path),
    mode: entry.mode,
    oid: entry.oid ?? writeRawObject(gitDir, 'blob', Buffer.from(entry.content ?? '')),
  }));
  const lines = [
    `tree ${writeFolder(gitDir, [...files, ...others])}`,
    ...parents.map((parent) => `parent ${parent}`),
    `author ${person}`,
    `committer ${person}`,
    `\n${message}\n`,
  ];
  return writeRawObject(gitDir, 'commit', Buffer.from(lines.join('\n')));
}

const person = 'Alice <alice@example.com> 1767225600 +0000';

function writeRawObject(
  gitDir: string,
  type: 'blob' | 'tree' | 'commit',
  bytes: Uint8Array,
): string {
  const whole = Buffer.concat([Buffer.from(`${type} ${bytes.length}\0`), bytes]);
  const oid = createHash('sha1').update(whole).digest('hex');
  const folder = path.join(gitDir, 'objects', oid.slice(0, 2));
  const file = path.join(folder, oid.slice(2));
  if (!existsSync(file)) {
    mkdirSync(folder, { recursive: true });
    writeFileSync(file, deflateSync(whole, { level: 1 }));
  }
  return oid;
}

interface Entry {
  readonly path: Buffer;
  readonly mode: string;
  readonly oid: string;
}

const slash = 0x2f;

function writeFolder(gitDir: string, entries: readonly Entry[]): string {
  const here = entries.filter(({ path }) => !path.includes(slash));
  const below = new Map<string, Entry[]>();
  for (const entry of entries.filter(({ path }) => path.includes(slash))) {
    const at = entry.path.indexOf(slash);
    const name = entry.path.toString('latin1', 0, at);
    const inside = { ...entry, path: entry.path.subarray(at + 1) };
    below.set(name, [...(below.get(name) ?? []), inside]);
  }
  const folders = [...below].map(([name, inside]) => ({
    path: Buffer.from(name, 'latin1'),
    mode: '40000',
    oid: writeFolder(gitDir, inside),
  }));
  const items = [...here, ...folders].toSorted(asGitSorts);
  return writeRawObject(gitDir, 'tree', Buffer.concat(items.map(treeItem)));
}

/** By bytes, a folder as though its name ended with a slash. */
function asGitSorts(one: Entry, other: Entry): number {
  return Buffer.compare(sortName(one), sortName(other));
}

function sortName({ path, mode }: Entry): Buffer {
  return mode === '40000' ? Buffer.concat([path, Buffer.of(slash)]) : path;
}

function treeItem({ path, mode, oid }: Entry): Buffer {
  return Buffer.concat([Buffer.from(`${mode} `), path, Buffer.of(0), Buffer.from(oid, 'hex')]);
}

/**
 * Where trust starts: the root that somebody told this maintainer by another way than the server.
 * It is chosen once, at clone; from then on only a verified chain moves it.
 */
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { fault } from '../../core/error/error.ts';
import { parseDocument, type Document } from '../../core/metadata/document.ts';
import { rootHistoryFile } from '../../core/rules/state.ts';

export interface PinOptions {
  readonly root?: string;
  readonly rootSha256?: string;
  readonly trustOnFirstUse?: boolean;
}

export type RootPin =
  | { readonly kind: 'root'; readonly root: Document<'root'> }
  | { readonly kind: 'sha256'; readonly sha256: string }
  | { readonly kind: 'first-use' }
  | { readonly kind: 'none' };

/**
 * What the options say, read before anything is asked of a server.
 * @throws `usage.argument` when more than one is given, or one of them does not fit
 */
export async function readPin(options: PinOptions, cwd: string): Promise<RootPin> {
  const { root, rootSha256, trustOnFirstUse = false } = options;
  const given = [root, rootSha256, trustOnFirstUse || undefined].filter((it) => it !== undefined);
  if (given.length > 1) {
    const names = '--root, --root-sha256 and --trust-on-first-use';
    throw fault('usage.argument', names, 'only one of them can say where trust starts');
  }
  if (root !== undefined) return { kind: 'root', root: await readRoot(path.resolve(cwd, root)) };
  if (rootSha256 !== undefined) return { kind: 'sha256', sha256: checkedDigest(rootSha256) };
  return { kind: trustOnFirstUse ? 'first-use' : 'none' };
}

/** A file of `metadata/` as what was cloned or carried has it. */
export type ReadMetadata = (file: string) => Promise<Uint8Array | undefined>;

/**
 * The root to start from, out of the history that was cloned.
 * @throws `root.not-pinned` when no version of root is the one told; `usage.argument` when none was
 *   told, with the fingerprint that was found
 */
export async function pinnedRoot(read: ReadMetadata, pin: RootPin): Promise<Document<'root'>> {
  if (pin.kind === 'root') return pin.root;
  const history = await rootHistory(read);
  const [first] = history;
  if (first === undefined) {
    throw fault('root.history', rootHistoryFile(1), 'the repository has no root');
  }
  if (pin.kind === 'none') throw noPin(first);
  if (pin.kind === 'first-use') return first;
  const told = history.find((root) => fingerprintOf(root) === pin.sha256);
  if (told !== undefined) return told;
  throw fault('root.not-pinned', '--root-sha256', 'no version of root here has this SHA-256', {
    hint: `version 1 has ${fingerprintOf(first)}`,
  });
}

/** SHA-256 of the root file, in lower-case hex: what people compare. */
export function fingerprintOf(root: Document<'root'>): string {
  return createHash('sha256').update(root.bytes).digest('hex');
}

async function rootHistory(read: ReadMetadata): Promise<readonly Document<'root'>[]> {
  const roots: Document<'root'>[] = [];
  for (;;) {
    const file = rootHistoryFile(roots.length + 1);
    const bytes = await read(file);
    if (bytes === undefined) return roots;
    roots.push(parseDocument('root', bytes, file));
  }
}

async function readRoot(file: string): Promise<Document<'root'>> {
  const bytes = await readFile(file).catch((cause: unknown) => {
    throw fault('usage.argument', file, 'the root file cannot be read', { cause });
  });
  return parseDocument('root', bytes, file);
}

function checkedDigest(text: string): string {
  const hex = text.toLowerCase();
  if (/^[0-9a-f]{64}$/.test(hex)) return hex;
  throw fault('usage.argument', '--root-sha256', 'a SHA-256 has 64 hex digits');
}

function noPin(first: Document<'root'>) {
  const sha256 = fingerprintOf(first);
  const message = `nothing says which root to trust; this repository begins with ${sha256}`;
  return fault('usage.argument', 'root', message, {
    hint: `compare it with what the operator told you, then add --root-sha256 ${sha256}`,
  });
}

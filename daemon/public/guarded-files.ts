/** The public files of a generation, each with the content that it has to have and where to get it. */
import { TufOnGitError } from '../../core/error/error.ts';
import { hasCode } from '../../core/error/system-error.ts';
import { targetContent, type TargetSources } from '../../core/gate/target-content.ts';
import type { TreeReader } from '../../core/git/binary/tree-reader.ts';
import { ContentDigest } from '../../core/metadata/content.ts';
import type { TargetFile } from '../../core/metadata/tufjs.ts';
import { belongsTo, targetNamed } from './current-files.ts';
import type { Generation } from '../record/generation.ts';
import { metadataFiles, publicTargets, timestampName, type Roles } from './public-files.ts';
import type { OpenedFile, PublicStore } from './public-store.ts';

export interface GuardedFile {
  readonly name: string;
  /** Reads what the store has under the name to its end; false too for what cannot be read. */
  isRight(store: PublicStore): Promise<boolean>;
  /** What was signed for, measured on the way. @throws `target.*` */
  content(): Promise<Uint8Array | AsyncIterable<Uint8Array>>;
}

/** The few that clients ask for first, the timestamp among them. */
export function* headFiles(generation: Generation): Generator<GuardedFile> {
  yield metadataFile(timestampName, generation.record.timestamp);
  yield* allMetadata(generation, new Set(['targets']));
}

/** All but the timestamp, which another generation has under the same name. */
export function* lastingFiles(
  generation: Generation,
  sources: TargetSources,
): Generator<GuardedFile> {
  yield* allMetadata(generation);
  const openTree = treeOf(generation, sources);
  for (const { path, target, names } of publicTargets(generation.repository)) {
    for (const name of names) yield targetFile(name, path, target, sources, openTree);
  }
}

/** That of a name; undefined when the generation has none. */
export function guardedFile(
  name: string,
  generation: Generation,
  sources: TargetSources,
): GuardedFile | undefined {
  if (!belongsTo(name, generation)) return undefined;
  const named = targetNamed(name, generation.repository);
  if (named !== undefined) {
    return targetFile(name, named.path, named.target, sources, treeOf(generation, sources));
  }
  if (name === timestampName) return metadataFile(name, generation.record.timestamp);
  return allMetadata(generation).find((file) => file.name === name);
}

function allMetadata({ repository, record }: Generation, only?: Roles): readonly GuardedFile[] {
  return metadataFiles(repository, record.snapshot, only).map(({ name, document }) =>
    metadataFile(name, document),
  );
}

function metadataFile(name: string, document: { readonly bytes: Uint8Array }): GuardedFile {
  return {
    name,
    isRight: (store) =>
      unlessUnreadable(async () => (await store.read(name))?.equals(document.bytes) === true),
    content: () => Promise.resolve(document.bytes),
  };
}

function targetFile(
  name: string,
  path: string,
  target: TargetFile,
  sources: TargetSources,
  openTree: () => Promise<TreeReader>,
): GuardedFile {
  return {
    name,
    isRight: (store) =>
      unlessUnreadable(async () => {
        const opened = await store.open(name, target.length);
        return opened !== undefined && (await matches(opened, target, name));
      }),
    content: async () => targetContent(sources, await openTree(), path, target),
  };
}

async function matches(
  opened: OpenedFile,
  { length, hashes }: TargetFile,
  name: string,
): Promise<boolean> {
  const digest = new ContentDigest(hashes, name);
  try {
    for await (const piece of opened.pieces({ start: 0, end: length - 1 })) digest.update(piece);
  } finally {
    await opened.close();
  }
  return digest.matches();
}

/** Opened when the first file is asked for, once. */
function treeOf({ record }: Generation, { git }: TargetSources): () => Promise<TreeReader> {
  let tree: Promise<TreeReader> | undefined;
  return () => (tree ??= git.openTree(record.commit));
}

/** A shortage of this process, as of file descriptors, is none of the file: it is thrown. */
async function unlessUnreadable(look: () => Promise<boolean>): Promise<boolean> {
  try {
    return await look();
  } catch (error) {
    const isCut = error instanceof TufOnGitError && error.code === 'publish.file-changed';
    if (isCut || hasCode(error, 'EACCES', 'EIO', 'EISDIR', 'ENOTDIR', 'ELOOP')) return false;
    throw error;
  }
}

/** A target file on its way to clients: from the tree of the commit that lists it, or the blob store. */
import { fault, TufOnGitError } from '../../core/error/error.ts';
import type { BlobStore } from '../../core/blobs/blob-store.ts';
import type { BareRepository } from '../../core/git/binary/bare-repository.ts';
import type { TreeReader } from '../../core/git/binary/tree-reader.ts';
import { ContentDigest } from '../../core/metadata/content.ts';
import type { TargetFile } from '../../core/metadata/tufjs.ts';
import { targetFile } from '../../core/rules/state.ts';
import { systemCode } from '../system-error.ts';
import type { PublicTarget } from './public-files.ts';
import type { PublicStore } from './public-store.ts';

export interface TargetSources {
  readonly git: BareRepository;
  readonly blobs: BlobStore;
}

/**
 * Puts a target file into the store, under all its names, if it is what its role says.
 * @param tree of the commit that lists it
 * @throws `target.missing`, `target.length`, `target.hash`, and what the store throws
 */
export async function putTarget(
  store: PublicStore,
  sources: TargetSources,
  tree: TreeReader,
  { path, target, names }: PublicTarget,
): Promise<void> {
  const [first, ...others] = names;
  if (first === undefined) return;
  const content = await contentOf(sources, tree, path, target);
  await store.putStream(first, checked(content, target, targetFile(path)));
  for (const alias of others) await store.alias(first, alias);
}

type Content = Iterable<Uint8Array> | AsyncIterable<Uint8Array>;

/** What git holds is read whole, which `receive.maxInputSize` keeps small; a blob may be of any size. */
async function contentOf(
  { git, blobs }: TargetSources,
  tree: TreeReader,
  path: string,
  { hashes, length }: TargetFile,
): Promise<Content> {
  const file = targetFile(path);
  const entry = await tree.find(file);
  if (entry !== undefined) return [await git.blob(entry.oid, length, file)];
  const sha256 = hashes['sha256'];
  if (sha256 !== undefined && (await blobs.find(sha256)) !== undefined) return blobs.stream(sha256);
  throw fault(
    'target.missing',
    file,
    'the target file is neither in the tree nor in the blob store',
  );
}

/** The same chunks, measured on the way; ends with a fault where they are not what is signed for. */
async function* checked(
  content: Content,
  { hashes, length }: TargetFile,
  file: string,
): AsyncIterable<Uint8Array> {
  const digest = new ContentDigest(hashes, file);
  let read = 0;
  for await (const chunk of readable(content, file)) {
    read += chunk.length;
    if (read > length) break;
    digest.update(chunk);
    yield chunk;
  }
  if (read !== length) {
    throw fault('target.length', file, `the target file does not have its ${length} bytes`);
  }
  if (!digest.matches()) throw fault('target.hash', file, 'the target file has another hash');
}

/** A disk that cannot be read is told apart from one that cannot be written. */
async function* readable(content: Content, file: string): AsyncIterable<Uint8Array> {
  try {
    yield* content;
  } catch (cause) {
    if (cause instanceof TufOnGitError) throw cause;
    const message = `the target file cannot be read (${systemCode(cause)})`;
    throw fault('target.missing', file, message, { cause });
  }
}

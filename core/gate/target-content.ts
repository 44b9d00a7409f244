/** A target file as it is kept: in the tree of the commit that lists it, or in the blob store. */
import type { BlobStore } from '../blobs/blob-store.ts';
import { fault, TufOnGitError } from '../error/error.ts';
import { systemCode } from '../error/system-error.ts';
import type { BareRepository } from '../git/binary/bare-repository.ts';
import type { TreeReader } from '../git/binary/tree-reader.ts';
import { ContentDigest } from '../metadata/content.ts';
import type { TargetFile } from '../metadata/tufjs.ts';
import { targetFile } from '../rules/state.ts';

export interface TargetSources {
  readonly git: BareRepository;
  readonly blobs: BlobStore;
}

type Content = Iterable<Uint8Array> | AsyncIterable<Uint8Array>;

/**
 * Its bytes, measured on the way: the end is a fault where they are not what is signed for. What git
 * holds is read whole, which `receive.maxInputSize` keeps small; a blob may be of any size.
 * @param tree of the commit that lists it
 * @throws `target.missing`, and from what is returned `target.length`, `target.hash`
 */
export async function targetContent(
  { git, blobs }: TargetSources,
  tree: TreeReader,
  path: string,
  target: TargetFile,
): Promise<AsyncIterable<Uint8Array>> {
  const file = targetFile(path);
  const entry = await tree.find(file);
  if (entry !== undefined) {
    return checked([await git.blob(entry.oid, target.length, file)], target, file);
  }
  const sha256 = target.hashes['sha256'];
  if (sha256 !== undefined && (await blobs.find(sha256)) !== undefined) {
    return checked(blobs.stream(sha256), target, file);
  }
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

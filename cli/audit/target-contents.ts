/** The target files of a commit, each hashed: those in git and those in the blob store. */
import { fault, TufOnGitError } from '../../core/error/error.ts';
import { targetContent, type TargetSources } from '../../core/gate/target-content.ts';
import type { TreeReader } from '../../core/git/binary/tree-reader.ts';
import type { ObjectId } from '../../core/git/object-id.ts';
import type { TargetFile } from '../../core/metadata/tufjs.ts';
import type { LoadedRole } from '../../core/rules/repository.ts';
import { targetFile } from '../../core/rules/state.ts';

/** What was hashed. */
export interface Contents {
  /** Entries of all roles. */
  readonly targets: number;
  /** Different files behind them, and their bytes. */
  readonly files: number;
  readonly bytes: number;
}

/**
 * One file that several entries share is read once.
 * @param onTarget is told of each entry that holds, by their number so far
 * @throws `target.missing`, `target.length`, `target.hash`: the first that does not hold
 */
export async function verifyContents(
  sources: TargetSources,
  commit: ObjectId,
  roles: Iterable<LoadedRole>,
  onTarget: (count: number) => void,
): Promise<Contents> {
  const tree = await sources.git.openTree(commit);
  const known = new Set<string>();
  const sum = { targets: 0, files: 0, bytes: 0 };
  for (const { file, document } of roles) {
    for (const [path, target] of Object.entries(document.signed.targets)) {
      const identity = await identityOf(tree, path, target);
      if (!known.has(identity)) {
        known.add(identity);
        sum.bytes += await hashed(sources, tree, `${file}, target ${path}`, target);
        sum.files += 1;
      }
      sum.targets += 1;
      onTarget(sum.targets);
    }
  }
  return sum;
}

/** Equal for entries that say the same of the same file. */
async function identityOf(
  tree: TreeReader,
  path: string,
  { hashes, length }: TargetFile,
): Promise<string> {
  const entry = await tree.find(targetFile(path));
  return JSON.stringify([entry?.oid, length, Object.entries(hashes).sort()]);
}

/** @returns bytes */
async function hashed(
  sources: TargetSources,
  tree: TreeReader,
  where: string,
  target: TargetFile,
): Promise<number> {
  try {
    let bytes = 0;
    const content = await targetContent(sources, tree, target.path, target);
    for await (const chunk of content) bytes += chunk.length;
    return bytes;
  } catch (cause) {
    if (!(cause instanceof TufOnGitError)) throw cause;
    const isLonger = cause.code === 'git.too-large';
    throw fault(isLonger ? 'target.length' : cause.code, where, cause.message, { cause });
  }
}

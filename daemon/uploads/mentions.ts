import { TufOnGitError } from '../../core/error/error.ts';
import { maxRoleBytes } from '../../core/gate/state.ts';
import type { BareRepository } from '../../core/git/binary/bare-repository.ts';
import type { ObjectId } from '../../core/git/object-id.ts';

/** Of these hashes, those that metadata names in any commit of any ref: of `main`, of an event, old or open. */
export async function mentionedHashes(
  git: BareRepository,
  hashes: ReadonlySet<string>,
): Promise<ReadonlySet<string>> {
  const found = new Set<string>();
  for (const oid of await git.everyVersion('metadata')) {
    for (const hash of await hashesIn(git, oid)) if (hashes.has(hash)) found.add(hash);
  }
  return found;
}

/** Everything in a file that looks like a SHA-256; none in what is no metadata, as events may hold. */
async function hashesIn(git: BareRepository, oid: ObjectId): Promise<readonly string[]> {
  try {
    const json: unknown = JSON.parse((await git.blob(oid, maxRoleBytes)).toString('utf8'));
    // Written again, so that no escape hides a digit.
    const matches = JSON.stringify(json).matchAll(/"([0-9a-f]{64})"/g);
    return Array.from(matches, ([, hash = '']) => hash);
  } catch (error) {
    const isTooLarge = error instanceof TufOnGitError && error.code === 'git.too-large';
    if (isTooLarge || error instanceof SyntaxError) return [];
    throw error;
  }
}

import { targetFile } from '../../core/rules/state.ts';
import type { FoundFiles } from '../../core/rules/words/describe-role.ts';
import { changeOf } from '../../core/rules/words/role-change.ts';
import type { Draft } from './drafts.ts';

/**
 * Where the files are that drafts list. To be asked when the gate's rules found nothing wrong with
 * the drafts: they have compared each of these files with the size and the hashes that are listed.
 * @param place of the tree that the rules looked at, in words
 */
export async function foundFiles(
  drafts: readonly Draft[],
  place: string,
  isInTree: (file: string) => Promise<boolean>,
): Promise<FoundFiles> {
  const found = new Map<string, string>();
  for (const { name, after } of drafts.flatMap((draft) => changeOf(draft).targets)) {
    if (after === undefined) continue;
    const isHere = await isInTree(targetFile(name));
    found.set(
      name,
      isHere ? `${targetFile(name)} ${place}` : 'fetched from the server’s blob store',
    );
  }
  return found;
}

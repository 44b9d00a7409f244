/** What the operator of milestone 2 does for a release, with a script of their own and plain git. */
import { signByHand, targetEntry, type HandKey } from '../kit/by-hand.ts';
import type { Content } from '../kit/content.ts';
import { writeFileAt } from '../kit/folders.ts';
import type { Person } from '../kit/person.ts';
import { commit, nextTargets, writeTargets } from '../kit/targets-by-hand.ts';

/**
 * Signs the next version of targets by hand, and pushes it with the files.
 * @param work the operator, in their clone of the repository
 */
export async function release(work: Person, key: HandKey, content: Content): Promise<void> {
  const next = await nextTargets(work);
  for (const [target, bytes] of content) {
    next.targets[target] = targetEntry(bytes);
    await writeFileAt(work.path('targets', target), bytes);
  }
  await writeTargets(work, signByHand(next, [key]));
  await commit(work, `targets: version ${next.version}`);
  await work.git('push', '--quiet', 'origin', 'main');
}

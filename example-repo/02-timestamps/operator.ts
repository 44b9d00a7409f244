/** What the operator of milestone 2 does for a release, with a script of their own and plain git. */
import { readFile } from 'node:fs/promises';
import {
  daysFromNow,
  signByHand,
  targetEntry,
  toFile,
  type Envelope,
  type HandKey,
  type TargetsSigned,
} from '../kit/by-hand.ts';
import type { Content } from '../kit/content.ts';
import { writeFileAt } from '../kit/folders.ts';
import type { Person } from '../kit/person.ts';

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

/** The version that follows the one in the clone, not signed yet. */
export async function nextTargets(work: Person): Promise<TargetsSigned> {
  const file = await readFile(work.path('metadata/targets.json'), 'utf8');
  const { signed } = JSON.parse(file) as Envelope<TargetsSigned>;
  return { ...signed, version: signed.version + 1, expires: daysFromNow(180) };
}

export function writeTargets(work: Person, envelope: Envelope): Promise<void> {
  return writeFileAt(work.path('metadata/targets.json'), toFile(envelope));
}

export async function commit(work: Person, message: string): Promise<void> {
  await work.git('add', '--all');
  await work.git('commit', '--quiet', '--message', message);
}

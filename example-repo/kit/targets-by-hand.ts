/** The next version of targets, made by hand in a clone of the repository. */
import { readFile } from 'node:fs/promises';
import { daysFromNow, toFile, type Envelope, type TargetsSigned } from './by-hand.ts';
import { writeFileAt } from './folders.ts';
import type { Person } from './person.ts';

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

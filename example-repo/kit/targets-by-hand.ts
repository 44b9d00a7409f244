/** The next version of a role, made by hand in a clone of the repository. */
import { readFile } from 'node:fs/promises';
import {
  daysFromNow,
  toFile,
  type Envelope,
  type RootSigned,
  type Signed,
  type TargetsSigned,
} from './by-hand.ts';
import { writeFileAt } from './folders.ts';
import type { Person } from './person.ts';

/** The version that follows the one in the clone, not signed yet. */
export function nextTargets(work: Person, role = 'targets'): Promise<TargetsSigned> {
  return next<TargetsSigned>(work, role);
}

export function nextRoot(work: Person): Promise<RootSigned> {
  return next<RootSigned>(work, 'root');
}

export function writeTargets(work: Person, envelope: Envelope, role = 'targets'): Promise<void> {
  return writeFileAt(work.path('metadata', `${role}.json`), toFile(envelope));
}

/** Root stands there twice: as the newest, and in its history. */
export async function writeRoot(work: Person, envelope: Envelope): Promise<void> {
  const { version } = envelope.signed;
  await writeTargets(work, envelope, 'root');
  await writeFileAt(work.path(`metadata/root_history/${version}.root.json`), toFile(envelope));
}

export async function commit(work: Person, message: string): Promise<void> {
  await work.git('add', '--all');
  await work.git('commit', '--quiet', '--message', message);
}

async function next<S extends Signed>(work: Person, role: string): Promise<S> {
  const file = await readFile(work.path('metadata', `${role}.json`), 'utf8');
  const { signed } = JSON.parse(file) as Envelope<S>;
  return { ...signed, version: signed.version + 1, expires: daysFromNow(180) };
}

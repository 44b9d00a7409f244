import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fault, visible } from '../../error/error.ts';
import { isObjectId, objectId, ZERO, type ObjectId } from '../object-id.ts';
import { gitFault, gitOutcome, type GitRepository } from './git-command.ts';
import { identity, type Person } from './person.ts';

export interface Ref {
  /** In full: `refs/heads/main`. */
  readonly name: string;
  readonly oid: ObjectId;
}

/** Where a ref is and where it goes; undefined: there is none. With both the same it has to stay. */
export interface RefMove {
  readonly ref: string;
  readonly from: ObjectId | undefined;
  readonly to: ObjectId | undefined;
}

/** What the logs of the refs will say. */
export interface RefLogEntry {
  readonly message: string;
  readonly by?: Person;
  readonly time?: Date;
}

export interface RefChange extends RefMove, RefLogEntry {}

export async function resolveRef(
  repository: GitRepository,
  ref: string,
): Promise<ObjectId | undefined> {
  checkRefName(ref);
  const loose = await readLoose(repository, ref);
  if (loose !== undefined) return loose;
  const refs = await listRefs(repository, ref);
  return refs.find(({ name }) => name === ref)?.oid;
}

/** The ref as a file of its own (files ref format); what else it may be is git's to say. */
async function readLoose({ dir }: GitRepository, ref: string): Promise<ObjectId | undefined> {
  if (ref.split('/').some((part) => part === '' || part.startsWith('.'))) return undefined;
  const text = await readFile(join(dir, ref), 'latin1').catch(() => '');
  const oid = /^[0-9a-f]{40}\n$/.test(text) ? text.trim() : '';
  return isObjectId(oid) ? oid : undefined;
}

/**
 * @param prefixes whole names, or what stands before a slash in them
 * @throws `repository.git` when a ref there is damaged: it must not pass for an absent one
 */
export async function listRefs(
  repository: GitRepository,
  ...prefixes: readonly string[]
): Promise<Ref[]> {
  const listing = await soundListing(repository, prefixes);
  return listing
    .split('\n')
    .filter(Boolean)
    .map((line) => ({ oid: objectId(line.slice(0, 40)), name: line.slice(41) }));
}

/** Git takes a ref that is deleted while it looks for a damaged one, too; but that one stays damaged. */
const looks = 3;

async function soundListing(
  repository: GitRepository,
  prefixes: readonly string[],
): Promise<string> {
  const args = ['for-each-ref', '--format=%(objectname) %(refname)', ...prefixes];
  for (let left = looks - 1; ; left -= 1) {
    const { status, stdout, complaint } = await gitOutcome(repository, args);
    const isDamaged = complaint.includes('broken ref');
    if (status === 0 && !isDamaged) return stdout.toString('utf8');
    if (status !== 0 || left === 0) throw gitFault(args, complaint);
  }
}

/**
 * Moves, makes or deletes a ref if it still is where the caller believes it to be.
 * @throws `repository.stale` when it is not
 */
export async function updateRef(repository: GitRepository, change: RefChange): Promise<void> {
  checkRefName(change.ref);
  const { ref, from, to } = change;
  const target = to === undefined ? ['-d', ref] : ['--create-reflog', ref, to];
  const args = ['update-ref', '-m', change.message, '--no-deref', ...target, from ?? ZERO];
  const env = identity('COMMITTER', change.by, change.time);
  const { status, complaint } = await gitOutcome(repository, args, { env });
  if (status === 0) return;
  await refuseMoved(repository, ref, from);
  throw gitFault(args, complaint);
}

/**
 * Moves all of these refs or none of them, if every one still is where the caller believes.
 * @throws `repository.stale` when one is not
 */
export async function updateRefs(
  repository: GitRepository,
  moves: readonly RefMove[],
  { message, by, time }: RefLogEntry,
): Promise<void> {
  for (const { ref } of moves) checkRefName(ref);
  const args = ['update-ref', '-m', message, '--no-deref', '--create-reflog', '--stdin', '-z'];
  const env = identity('COMMITTER', by, time);
  const input = moves.map(instruction).join('');
  const { status, complaint } = await gitOutcome(repository, args, { env, input });
  if (status === 0) return;
  for (const { ref, from } of moves) await refuseMoved(repository, ref, from);
  throw gitFault(args, complaint);
}

/** A line of `update-ref --stdin -z`. The same object id twice also takes the ref's lock. */
function instruction({ ref, from, to }: RefMove): string {
  if (to === undefined) return `delete ${ref}\0${from ?? ZERO}\0`;
  return `update ${ref}\0${to}\0${from ?? ZERO}\0`;
}

async function refuseMoved(
  repository: GitRepository,
  ref: string,
  from: ObjectId | undefined,
): Promise<void> {
  const now = await resolveRef(repository, ref);
  if (now === from) return;
  throw fault('repository.stale', ref, `it is at ${now ?? 'nothing'}, not ${from ?? 'nothing'}`, {
    hint: 'read the state again and repeat',
  });
}

/** @throws `repository.git` for what is no full name of a ref */
function checkRefName(ref: string): void {
  if (/^refs\/[^\s\0~^:?*[\\]+$/.test(ref)) return;
  throw fault('repository.git', visible(ref), 'not the full name of a ref');
}

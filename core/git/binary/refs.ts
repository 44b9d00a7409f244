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

export interface RefChange {
  readonly ref: string;
  /** Where the ref must be now; undefined: it must not exist. */
  readonly from: ObjectId | undefined;
  /** Where it goes; undefined: it is deleted. */
  readonly to: ObjectId | undefined;
  /** For the ref's log. */
  readonly message: string;
  readonly by?: Person;
  readonly time?: Date;
}

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

/** @throws `repository.git` when a ref there is damaged: it must not pass for an absent one */
export async function listRefs(repository: GitRepository, prefix: string): Promise<Ref[]> {
  const args = ['for-each-ref', '--format=%(objectname) %(refname)', prefix];
  const { status, stdout, complaint } = await gitOutcome(repository, args);
  if (status !== 0 || complaint.includes('broken ref')) throw gitFault(args, complaint);
  return stdout
    .toString('utf8')
    .split('\n')
    .filter(Boolean)
    .map((line) => ({ oid: objectId(line.slice(0, 40)), name: line.slice(41) }));
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
  const now = await resolveRef(repository, ref);
  if (now === from) throw gitFault(args, complaint);
  throw fault('repository.stale', ref, `it is at ${now ?? 'nothing'}, not ${from ?? 'nothing'}`, {
    hint: 'read the state again and repeat',
  });
}

/** @throws `repository.git` for what is no full name of a ref */
function checkRefName(ref: string): void {
  if (/^refs\/[^\s\0~^:?*[\\]+$/.test(ref)) return;
  throw fault('repository.git', visible(ref), 'not the full name of a ref');
}

/**
 * What makes a complete event part of `main`: one commit on the tip of `main`, with the paths of the
 * event. Its own commits never become part of `main`; its history stays under `refs/tuf/events`.
 */
import type { BareRepository } from '../../git/binary/bare-repository.ts';
import { tufOnGit } from '../../git/binary/person.ts';
import { objectId, type ObjectId } from '../../git/object-id.ts';
import { isComplete, type EventRole } from '../../rules/events/event-roles.ts';
import { payloadDigest } from '../../rules/events/withdrawal.ts';
import { mainRef, pastEventRefs } from '../../rules/ref-rules.ts';
import { isFile, type StateSide } from '../../rules/state.ts';
import { findingOf } from '../../rules/verdict.ts';
import {
  readStanding,
  type EventBranch,
  type EventStanding,
  type MainTip,
  type SigningEvent,
} from './read-event.ts';

/** The commit that would land an event without stale roles; no ref moves. */
export async function writeLanding(
  repository: BareRepository,
  { name, tip, main, candidate }: SigningEvent,
  time: Date,
): Promise<ObjectId> {
  const files = candidate.changes.filter(({ before, after }) => isFileSide(after ?? before));
  const edits = files.map(({ path = '', after }) => [path, after && objectId(after.oid)] as const);
  return repository.writeCommit({
    tree: await repository.writeTree(main, new Map(edits)),
    parents: [main],
    message: `event ${name}: land\n\nEvent: ${name}\n${tipTrailer(tip)}\n`,
    author: tufOnGit,
    time,
  });
}

/** Lands the event by that commit. @throws `repository.stale` when `main` or the event has moved */
export async function moveRefs(
  repository: BareRepository,
  { name, ref, tip, main }: SigningEvent,
  commit: ObjectId,
  time: Date,
): Promise<void> {
  await repository.updateRefs(
    [
      { ref: mainRef, from: main, to: commit },
      { ref: `${pastEventRefs}${name}`, from: undefined, to: tip },
      { ref, from: tip, to: undefined },
    ],
    { message: `event ${name}: land`, by: tufOnGit, time },
  );
}

/**
 * Makes up for what a crash has left of a landing: git moves the refs of a transaction one by one.
 * @param past where `refs/tuf/events/NAME` is, if it is there
 * @returns whether the event had landed
 */
export async function finishLanding(
  repository: BareRepository,
  event: SigningEvent,
  past: ObjectId | undefined,
): Promise<boolean> {
  const { name, ref, tip, base, main, candidate } = event;
  if (past !== tip) {
    if (past !== undefined || candidate.changes.length > 0) return false;
    const since = await repository.commitsBetween(base, main, { limit: Infinity });
    if (!since.some(({ message }) => message.split('\n').includes(tipTrailer(tip)))) return false;
  }
  await repository.updateRefs(
    [
      { ref: `${pastEventRefs}${name}`, from: past, to: tip },
      { ref, from: tip, to: undefined },
    ],
    { message: `event ${name}: land`, by: tufOnGit },
  );
  return true;
}

/**
 * Since when a complete event has been so, with the payloads that it has now, as the log of its ref
 * tells; undefined for one that is not complete.
 */
export async function completeSince(
  repository: BareRepository,
  standing: EventStanding,
  main: MainTip,
): Promise<Date | undefined> {
  const { event, roles } = standing;
  if (!isComplete(roles)) return undefined;
  const payloads = payloadsOf(roles);
  const log = await repository.refLog(event.ref);
  let since = log.at(-1)?.time;
  for (const { oid, time } of log.reverse()) {
    if (oid !== event.tip) {
      const then = await rolesAt(repository, { ...event, tip: oid }, main);
      if (!isComplete(then) || payloadsOf(then) !== payloads) break;
    }
    since = time;
  }
  return since;
}

/** None where the event did not hold at that time. */
async function rolesAt(
  repository: BareRepository,
  { name, ref, tip }: EventBranch,
  main: MainTip,
): Promise<readonly EventRole[]> {
  try {
    return (await readStanding(repository, { name, ref, tip }, main)).roles;
  } catch (error) {
    findingOf(error);
    return [];
  }
}

function payloadsOf(roles: readonly EventRole[]): string {
  const digests = roles.map(({ file, document }) => [file, document && payloadDigest(document)]);
  return JSON.stringify(digests.sort());
}

function tipTrailer(tip: ObjectId): string {
  return `Event-tip: ${tip}`;
}

function isFileSide(side: StateSide | undefined): boolean {
  return side !== undefined && isFile(side);
}

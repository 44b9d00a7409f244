/** The open signing events of a HOME, as an operator asks about them. */
import { openBlobStore } from '../../core/blobs/blob-store.ts';
import { fault, type Finding } from '../../core/error/error.ts';
import { judgeCandidate } from '../../core/gate/events/judge-candidate.ts';
import {
  eventBranches,
  readMainTip,
  readStanding,
  type EventBranch,
  type EventStanding,
  type MainTip,
} from '../../core/gate/events/read-event.ts';
import { openBareRepository, type BareRepository } from '../../core/git/binary/bare-repository.ts';
import type { ObjectId } from '../../core/git/object-id.ts';
import { openHome, readPinnedRoot } from '../../core/home/home.ts';
import { isComplete, roleStatuses } from '../../core/rules/events/event-roles.ts';
import { standingLines } from '../../core/rules/events/event-words.ts';
import { eventRefs, mainRef } from '../../core/rules/ref-rules.ts';
import type { SignatureStatus } from '../../core/rules/signature-status.ts';
import type { TransitionContext } from '../../core/rules/state.ts';
import { findingOf } from '../../core/rules/verdict.ts';
import { checkWithdrawal } from '../../core/rules/events/withdrawal.ts';

export interface EventReport {
  readonly event: string;
  readonly tip: ObjectId;
  readonly startedAt: Date | undefined;
  readonly commits: number;
  /** For each threshold that the event has to meet: who has signed and who is missing. */
  readonly roles: readonly SignatureStatus[];
  /** Roles that `main` has moved on. */
  readonly stale: readonly string[];
  /** The same in words, and what the event waits for. */
  readonly lines: readonly string[];
  /** Why it cannot land though every threshold is met, or cannot be read any more. */
  readonly obstacles: readonly Finding[];
}

export async function listEvents(directory: string, now: Date): Promise<readonly EventReport[]> {
  const { paths } = await openHome(directory);
  const repository = openBareRepository(paths.repository);
  try {
    const tip = await repository.resolveRef(mainRef);
    if (tip === undefined) throw fault('repository.missing', mainRef, 'nothing was ever pushed');
    const main = await readMainTip(repository, tip);
    const context: TransitionContext = {
      pinnedRoot: await readPinnedRoot(paths.pinnedRoot),
      // Which keys the signer holds the daemon asks when it lands an event.
      onlineKeys: undefined,
      blobs: openBlobStore(paths.blobs),
      receivedAt: now,
    };
    const reports: EventReport[] = [];
    for (const branch of eventBranches(await repository.listRefs(eventRefs))) {
      reports.push(await reportOf(repository, branch, main, context));
    }
    return reports;
  } finally {
    await repository.close();
  }
}

async function reportOf(
  repository: BareRepository,
  branch: EventBranch,
  main: MainTip,
  context: TransitionContext,
): Promise<EventReport> {
  const { name, tip, ref } = branch;
  const [first] = await repository.refLog(ref);
  const known = { event: name, tip, startedAt: first?.time };
  try {
    const standing = await readStanding(repository, branch, main);
    const { event, roles } = standing;
    return {
      ...known,
      commits: event.commits.length,
      roles: roles.flatMap(roleStatuses),
      stale: roles.filter(({ isStale }) => isStale).map((role) => role.name),
      lines: standingLines(standing, main.policy.land),
      obstacles: await obstaclesOf(repository, standing, main, context),
    };
  } catch (error) {
    const obstacles = [findingOf(error)];
    return { ...known, commits: 0, roles: [], stale: [], lines: [], obstacles };
  }
}

async function obstaclesOf(
  repository: BareRepository,
  { event, roles, withdrawal }: EventStanding,
  main: MainTip,
  context: TransitionContext,
): Promise<readonly Finding[]> {
  if (withdrawal !== undefined) return checkWithdrawal(withdrawal, event.name, roles, main.state);
  if (!isComplete(roles)) return [];
  return (await judgeCandidate(repository, event, context)).refusals;
}

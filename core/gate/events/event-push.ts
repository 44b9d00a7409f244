/**
 * The verdict on a push to a signing event: what the event would make of `main` has to hold, thresholds
 * apart, and the push has to add something to it (rule 26). The commits between are not judged: nothing
 * of them ever becomes part of `main`.
 */
import { TufOnGitError } from '../../error/error.ts';
import type { BareRepository } from '../../git/binary/bare-repository.ts';
import type { Commit } from '../../git/binary/history.ts';
import { objectId, type ObjectId } from '../../git/object-id.ts';
import type { Policy } from '../../metadata/policy.ts';
import { checkEventCaps } from '../../rules/events/event-caps.ts';
import { readEventRoles } from '../../rules/events/event-roles.ts';
import { checkEventPush, usedName } from '../../rules/events/event-rules.ts';
import { emptyEventState, type EventState } from '../../rules/events/event-state.ts';
import { standingLines } from '../../rules/events/event-words.ts';
import { compareInvitations } from '../../rules/events/invitations.ts';
import { checkWithdrawal, wasWithdrawn } from '../../rules/events/withdrawal.ts';
import {
  checkEventLine,
  eventOf,
  eventRefs,
  mainRef,
  pastEventRefs,
  type RefChange,
} from '../../rules/ref-rules.ts';
import type { DocumentCache } from '../../rules/repository.ts';
import { finding, findingOf, type RuleFinding } from '../../rules/verdict.ts';
import type { PushContext, PushVerdict } from '../push-verdict.ts';
import { judgeGrownEvent } from './overtaken.ts';
import { readPushedRoles } from './pushed-roles.ts';
import {
  readEventOf,
  readEventState,
  readMainTip,
  type EventBranch,
  type EventStanding,
  type MainTip,
} from './read-event.ts';

/** The push, and the refs as they are. */
interface Arrival extends EventBranch {
  readonly main: MainTip;
  /** Where the event was; undefined when the push starts it. */
  readonly from: ObjectId | undefined;
  /** What it held there beside its change. */
  readonly held: EventState;
  readonly others: number;
}

export async function judgeEventPush(
  repository: BareRepository,
  change: RefChange,
  context: PushContext,
): Promise<PushVerdict> {
  try {
    return await judge(repository, change, context);
  } catch (error) {
    return refused([findingOf(error)]);
  }
}

async function judge(
  repository: BareRepository,
  change: RefChange,
  context: PushContext,
): Promise<PushVerdict> {
  const arrival = await readArrival(repository, change, context);
  if ('code' in arrival) return refused([arrival]);
  const commits = await commitsOf(repository, arrival);
  const inLine = [
    ...checkEventLine(arrival.ref, arrival.from, commits),
    ...(await checkCaps(repository, arrival, commits, context.receivedAt)),
  ];
  if (inLine.length > 0) return refused(inLine);
  const { main } = arrival;
  const { maxPush, land } = main.policy;
  const event = await readEventOf(repository, arrival, main.commit, commits, maxPush.files);
  const cache: DocumentCache = new Map();
  const verdict = await judgeGrownEvent(repository, event, arrival.from, context, cache);
  const { refusals, notices } = verdict;
  if (refusals.length > 0) return { refusals, notices };
  const roles = await readEventRoles(event.candidate, cache);
  const standing = { event, roles, ...(await readEventState(repository, arrival, main)) };
  const inPush = await checkPush(repository, arrival, standing);
  if (inPush.length > 0) return { refusals: inPush, notices };
  return { refusals: [], notices, lines: standingLines(standing, land) };
}

function refused(refusals: readonly RuleFinding[]): PushVerdict {
  return { refusals, notices: [] };
}

async function readArrival(
  repository: BareRepository,
  { ref, to }: RefChange,
  context: PushContext,
): Promise<Arrival | RuleFinding> {
  const name = eventOf(ref) ?? '';
  const past = `${pastEventRefs}${name}`;
  const refs = await repository.listRefs(mainRef, eventRefs, past);
  const at = new Map(refs.map((each) => [each.name, each.oid]));
  const main = at.get(mainRef);
  if (main === undefined) return finding('event.form', ref, 'main has no commit to begin at');
  if (at.has(past)) return usedName(ref);
  const from = at.get(ref);
  const others = refs.filter((each) => each.name.startsWith(eventRefs) && each.name !== ref).length;
  const known = {
    name,
    ref,
    tip: objectId(to),
    main: await readMainTip(repository, main, context),
  };
  if (from === undefined) return { ...known, from, held: emptyEventState, others };
  const held = await readEventState(repository, { name, tip: from }, known.main);
  return held.withdrawal === undefined ? { ...known, from, held, others } : wasWithdrawn(ref);
}

/** Of a longer event one more than is allowed: enough to say so. */
async function commitsOf(
  repository: BareRepository,
  { main: { commit, policy }, tip, ref }: Arrival,
): Promise<readonly Commit[]> {
  try {
    return await repository.commitsBetween(commit, tip, { limit: policy.events.commits });
  } catch (error) {
    if (!(error instanceof TufOnGitError) || error.code !== 'git.too-many') throw error;
    const [found] = tooManyCommits(ref, policy);
    throw new TufOnGitError(found ?? error, { cause: error });
  }
}

function tooManyCommits(ref: string, { events }: Policy): readonly RuleFinding[] {
  const counts = { others: 0, commits: events.commits + 1, startedAt: undefined };
  return [...checkEventCaps(ref, counts, events, new Date(0))];
}

async function checkCaps(
  repository: BareRepository,
  { ref, from, others, main }: Arrival,
  commits: readonly Commit[],
  now: Date,
): Promise<readonly RuleFinding[]> {
  const [first] = from === undefined ? [] : await repository.refLog(ref);
  const counts = { others, commits: commits.length, startedAt: first?.time };
  return [...checkEventCaps(ref, counts, main.policy.events, now)];
}

async function checkPush(
  repository: BareRepository,
  { name, ref, from, held, main }: Arrival,
  { event, roles, invitations, withdrawal }: EventStanding,
): Promise<readonly RuleFinding[]> {
  return [
    ...(withdrawal ? await checkWithdrawal(withdrawal, name, roles, main.state) : []),
    ...checkEventPush({
      ref,
      isStart: from === undefined,
      roles: await readPushedRoles(repository, event, from, roles),
      invitations: compareInvitations(held.invitations, invitations),
      withdraws: withdrawal !== undefined,
    }),
  ];
}

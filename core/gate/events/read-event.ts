/** Signing events, read out of the repository. */
import type { BareRepository } from '../../git/binary/bare-repository.ts';
import type { Commit } from '../../git/binary/history.ts';
import type { Ref } from '../../git/binary/refs.ts';
import type { ObjectId } from '../../git/object-id.ts';
import type { Policy } from '../../metadata/policy.ts';
import { readCandidate, type Candidate } from '../../rules/events/candidate.ts';
import { readEventRoles, type EventRole } from '../../rules/events/event-roles.ts';
import {
  readEventState as readStateOfEvent,
  type EventState,
} from '../../rules/events/event-state.ts';
import { eventOf } from '../../rules/ref-rules.ts';
import { loadRoot } from '../../rules/repository.ts';
import {
  firstRootDigest,
  policyFor,
  type RepositoryState,
  type TransitionContext,
} from '../../rules/state.ts';
import { readChanges, readState } from '../state.ts';

/** The branch of an event. */
export interface EventBranch {
  readonly name: string;
  readonly ref: string;
  readonly tip: ObjectId;
}

/** An event beside the `main` that it is to land on. */
export interface SigningEvent extends EventBranch {
  readonly main: ObjectId;
  /** The commit of `main` that the event began at. */
  readonly base: ObjectId;
  /** Oldest first: those that `main` does not have. */
  readonly commits: readonly Commit[];
  readonly candidate: Candidate;
}

/** The events among these refs; a branch of no good name is none. */
export function eventBranches(refs: readonly Ref[]): readonly EventBranch[] {
  return refs.flatMap(({ name: ref, oid: tip }) => {
    const name = eventOf(ref);
    return name === undefined ? [] : [{ name, ref, tip }];
  });
}

/** @param maxEntries in which base and tip may differ; more are `git.too-many` */
export async function readEvent(
  repository: BareRepository,
  branch: EventBranch,
  main: ObjectId,
  maxEntries?: number,
): Promise<SigningEvent> {
  const commits = await repository.commitsBetween(main, branch.tip);
  return readEventOf(repository, branch, main, commits, maxEntries);
}

/** As `readEvent`, where the commits are known. */
export async function readEventOf(
  repository: BareRepository,
  branch: EventBranch,
  main: ObjectId,
  commits: readonly Commit[],
  maxEntries?: number,
): Promise<SigningEvent> {
  const base = commits[0]?.parents[0] ?? branch.tip;
  const [baseState, tip, mainState, changes] = await Promise.all([
    readState(repository, base),
    readState(repository, branch.tip),
    readState(repository, main),
    readChanges(repository, base, branch.tip, maxEntries),
  ]);
  const candidate = await readCandidate({ base: baseState, tip, main: mainState, changes });
  return { ...branch, main, base, commits, candidate };
}

/** The tip of `main` that events are to land on. */
export interface MainTip {
  readonly commit: ObjectId;
  readonly state: RepositoryState;
  readonly policy: Policy;
}

/** @param context with the limits of this server, where they count */
export async function readMainTip(
  repository: BareRepository,
  commit: ObjectId,
  context: Pick<TransitionContext, 'limits'> = {},
): Promise<MainTip> {
  const state = await readState(repository, commit);
  return { commit, state, policy: policyFor(await loadRoot(state, new Map()), context) };
}

/** How far an event has got. */
export interface EventStanding extends EventState {
  readonly event: SigningEvent;
  readonly roles: readonly EventRole[];
}

/** @throws what is wrong with the event since `main` moved, as a rule's code */
export async function readStanding(
  repository: BareRepository,
  branch: EventBranch,
  main: MainTip,
): Promise<EventStanding> {
  const event = await readEvent(repository, branch, main.commit, main.policy.maxPush.files);
  const roles = await readEventRoles(event.candidate);
  return { event, roles, ...(await readEventState(repository, branch, main)) };
}

/** What an event holds beside its change, at a commit of it. @throws `event.form` */
export async function readEventState(
  repository: BareRepository,
  { name, tip }: Pick<EventBranch, 'name' | 'tip'>,
  { state: main, policy }: MainTip,
): Promise<EventState> {
  const invited = { event: name, root: await firstRootDigest(main), policy };
  return readStateOfEvent(await readState(repository, tip), invited);
}

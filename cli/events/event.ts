/**
 * A signing event as this workspace sees it: its branch as last fetched, beside the main that it is to
 * land on, which was verified from the root that is trusted here. Nothing of the event is believed.
 */
import { fault } from '../../core/error/error.ts';
import type { ObjectId } from '../../core/git/object-id.ts';
import type { Workspace } from '../../core/git/workspace/workspace.ts';
import { readCandidate, type Candidate } from '../../core/rules/events/candidate.ts';
import { readEventRoles, type EventRole } from '../../core/rules/events/event-roles.ts';
import { readEventState, type EventState } from '../../core/rules/events/event-state.ts';
import type { InvitedTo } from '../../core/rules/events/invitations.ts';
import { versionBefore } from '../../core/rules/events/version-before.ts';
import { eventOf, eventRefs } from '../../core/rules/ref-rules.ts';
import { firstRootDigest } from '../../core/rules/state.ts';
import type { RuleFinding } from '../../core/rules/verdict.ts';
import type { Base } from '../workspace/base.ts';
import { changesBetween, stateAt } from '../workspace/commit-state.ts';
import type { Draft } from '../workspace/drafts.ts';
import { gateRefusals } from '../workspace/local-verdict.ts';
import { measuredBlobs } from '../workspace/measured-blobs.ts';
import type { Project } from '../workspace/project.ts';

/** What an event would make of main, wherever that was read. */
export interface EventContent {
  readonly candidate: Candidate;
  readonly roles: readonly EventRole[];
}

export interface SigningEvent extends EventContent {
  readonly name: string;
  readonly tip: ObjectId;
  readonly main: Base;
  /** What it holds beside its change. */
  readonly held: EventState;
  /** What signatures for this event, proofs and withdrawals, are bound to. */
  readonly bound: InvitedTo;
}

/** Tips of the open events by name, as of the last fetch. */
export async function openEvents(git: Workspace): Promise<ReadonlyMap<string, ObjectId>> {
  const branches = [...(await git.remoteBranches('sign'))];
  return new Map(branches.filter(([name]) => isEventName(name)));
}

/** @throws `usage.argument` for what can be no name of an event */
export function checkedEventName(name: string): string {
  if (isEventName(name)) return name;
  const message = 'this can be no name of a signing event';
  throw fault('usage.argument', `event ${name}`, message, {
    hint: 'take letters, digits and ._-, 64 at most',
  });
}

/** @throws `usage.argument` when no event of this name is open */
export async function requireEvent(git: Workspace, name: string): Promise<ObjectId> {
  const tip = (await openEvents(git)).get(checkedEventName(name));
  if (tip !== undefined) return tip;
  throw fault('usage.argument', `event ${name}`, 'there is no open event of this name', {
    hint: 'it may have landed; tuf-on-git status --fetch lists those that are open',
  });
}

/**
 * @throws `git.unrelated-history` for an event that begins nowhere on main, and what makes the event
 *   no repository: `json.*`, `role.missing`, `event.form` and the like
 */
export async function readEvent(
  git: Workspace,
  main: Base,
  name: string,
  tip: ObjectId,
): Promise<SigningEvent> {
  const base = await git.mergeBase(main.commit, tip);
  if (base === undefined) {
    const message = 'it does not begin at a commit of main';
    throw fault('git.unrelated-history', `event ${name}`, message);
  }
  const [tipState, mainState] = [await stateAt(git, tip), await stateAt(git, main.commit)];
  const candidate = await readCandidate({
    base: await stateAt(git, base),
    tip: tipState,
    main: mainState,
    changes: await changesBetween(git, base, tip),
  });
  const roles = await readEventRoles(candidate, main.cache);
  const bound = { event: name, root: await firstRootDigest(mainState), policy: main.policy };
  const held = await readEventState(tipState, bound);
  return { name, tip, main, candidate, roles, held, bound };
}

/** @throws `event.withdrawn`: nothing more is taken for it, and nothing of it lands */
export function refuseWithdrawn({ name, held }: SigningEvent): void {
  if (held.withdrawal === undefined) return;
  const hint = 'start another event under another name';
  throw fault('event.withdrawn', `event ${name}`, 'it was withdrawn', { hint });
}

/** What the gate will say of the event: its rules on the candidate, missing signatures apart. */
export async function eventVerdict(
  project: Project,
  { candidate: { ground, state, changes }, main }: SigningEvent,
): Promise<readonly RuleFinding[]> {
  const transition = { before: ground, after: state, changes };
  return gateRefusals(project, transition, main.cache, measuredBlobs(project));
}

/** The roles of the event that can be signed: new versions, which are next on main unless stale. */
export async function eventDrafts(
  event: EventContent,
  which: 'next' | 'stale' = 'next',
): Promise<readonly Draft[]> {
  const drafts: Draft[] = [];
  for (const role of event.roles) {
    const { name, file, document, authorities, isStale, isLeftBehind } = role;
    if (document === undefined || isLeftBehind || isStale !== (which === 'stale')) continue;
    const before = await versionBefore(event.candidate, file, document);
    drafts.push({ name, file, authorities, before, after: document });
  }
  return drafts;
}

function isEventName(name: string): boolean {
  return eventOf(`${eventRefs}${name}`) === name;
}

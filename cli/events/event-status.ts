/** Open signing events as of the last fetch: what each changes, who signed, and what comes next. */
import { TufOnGitError, type Finding } from '../../core/error/error.ts';
import type { ObjectId } from '../../core/git/object-id.ts';
import { isComplete, roleStatuses, type EventRole } from '../../core/rules/events/event-roles.ts';
import { eventLines, landingLine, standingLines } from '../../core/rules/events/event-words.ts';
import type { SignatureStatus } from '../../core/rules/signature-status.ts';
import type { Base } from '../workspace/base.ts';
import { changeSummary } from '../../core/rules/words/change-summary.ts';
import { eventDrafts, openEvents, readEvent, type SigningEvent } from './event.ts';
import { repositoryOf } from './event-authority.ts';
import { nextStep, type NextStep } from './event-next.ts';
import { filledSlots, type FilledSlot } from './filled-slots.ts';
import type { OwnKey } from '../workspace/own-keys.ts';
import { remoteMain, verifiedMain, type Project } from '../workspace/project.ts';
import { versionOnMain } from './remake-role.ts';

export interface EventRoleStatus {
  readonly role: string;
  /** Undefined for a role that goes. */
  readonly version: number | undefined;
  /** 0 for a new role. */
  readonly versionOnMain: number;
  /** True when main has moved on: it has to be made and signed again. */
  readonly isStale: boolean;
  /** For root one by the keys of the version before and one by its own. */
  readonly signatures: readonly SignatureStatus[];
}

export interface EventStatus extends NextStep {
  readonly event: string;
  readonly tip: ObjectId;
  readonly roles: readonly EventRoleStatus[];
  /** What it changes of each role, in words. */
  readonly changes: readonly string[];
  /** How far it has got, in words. */
  readonly lines: readonly string[];
  readonly isComplete: boolean;
  /** Why it is no event that could land: none of the rest is known then. */
  readonly problem?: Pick<Finding, 'code' | 'where' | 'message'>;
}

/** @param keys those of the workspace; looked for only when an event is open */
export async function eventStatuses(
  project: Project,
  base: Base,
  keys: () => Promise<readonly OwnKey[]>,
): Promise<readonly EventStatus[]> {
  const { git } = project;
  const events = await openEvents(git);
  if (events.size === 0) return [];
  const isThere = base.commit === (await remoteMain(git));
  const [main, own] = [isThere ? base : await verifiedMain(project), await keys()];
  return Promise.all(
    [...events].map(async ([name, tip]) => {
      try {
        return await statusOf(await readEvent(git, main, name, tip), own);
      } catch (error) {
        if (!(error instanceof TufOnGitError)) throw error;
        return brokenEvent(name, tip, error);
      }
    }),
  );
}

async function statusOf(event: SigningEvent, keys: readonly OwnKey[]): Promise<EventStatus> {
  const { name, tip, roles, main } = event;
  const [drafts, stale] = [await eventDrafts(event), await eventDrafts(event, 'stale')];
  return {
    event: name,
    tip,
    roles: roles.map((role) => ({
      role: role.name,
      version: role.document?.signed.version,
      versionOnMain: versionOnMain(main, role.name),
      isStale: role.isStale,
      signatures: roleStatuses(role),
    })),
    changes: [...drafts, ...stale].map(changeSummary),
    lines: await standingOf(event),
    isComplete: isComplete(roles),
    ...(await nextStep(event, drafts, keys)),
  };
}

async function standingOf(event: SigningEvent): Promise<readonly string[]> {
  const { roles, held, main } = event;
  const { land } = main.policy;
  if (held.withdrawal !== undefined) return standingLines({ roles, ...held }, land);
  const { invitations } = held;
  const filled = filledSlots(event, await repositoryOf(event));
  return [
    ...roles.flatMap(linesOf),
    ...eventLines([], invitations),
    ...filled.map(filledLine),
    landingLine(roles, invitations, land),
  ];
}

function filledLine({ role, slot, owner = 'somebody', delegator }: FilledSlot): string {
  return `${role}: invitation ${slot} has a key of ${owner}; who signs ${delegator} takes it in`;
}

function linesOf(role: EventRole): readonly string[] {
  const statuses = roleStatuses(role);
  return eventLines([role], []).map((text, index) => {
    const signed = statuses[index]?.signed ?? [];
    return signed.length === 0 ? text : `${text}; signed by ${signed.join(', ')}`;
  });
}

function brokenEvent(event: string, tip: ObjectId, error: TufOnGitError): EventStatus {
  const { code, where, message } = error;
  const problem = { code, where, message };
  return {
    event,
    tip,
    roles: [],
    changes: [],
    lines: [],
    isComplete: false,
    next: 'wait',
    problem,
  };
}

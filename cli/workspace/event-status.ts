/** Open signing events as of the last fetch: what each changes, who signed, and what comes next. */
import { TufOnGitError, type Finding } from '../../core/error/error.ts';
import type { ObjectId } from '../../core/git/object-id.ts';
import { isComplete, roleStatuses, type EventRole } from '../../core/rules/events/event-roles.ts';
import { eventLines, landingLine, standingLines } from '../../core/rules/events/event-words.ts';
import type { SignatureStatus } from '../../core/rules/signature-status.ts';
import type { Base } from './base.ts';
import type { Draft } from './drafts.ts';
import { eventDrafts, openEvents, readEvent, type SigningEvent } from './event.ts';
import type { OwnKey } from './own-keys.ts';
import { versionOnMain } from './remake-role.ts';
import { remoteMain, verifiedMain, type Project } from './project.ts';
import { allowedSignatures, missingSignatures } from './sign-plan.ts';

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

export interface EventStatus {
  readonly event: string;
  readonly tip: ObjectId;
  readonly roles: readonly EventRoleStatus[];
  /** All of it in words. */
  readonly lines: readonly string[];
  readonly isComplete: boolean;
  /** What there is to do for the keys of this workspace: sign it, make a role of it again, or wait. */
  readonly next: 'sign' | 'make-again' | 'wait';
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
    lines: standingOf(event),
    isComplete: isComplete(roles),
    next: nextFor(event, drafts, stale, keys),
  };
}

function standingOf({ roles, held, main }: SigningEvent): readonly string[] {
  const { land } = main.policy;
  if (held.withdrawal !== undefined) return standingLines({ roles, ...held }, land);
  const { invitations } = held;
  return [
    ...roles.flatMap(linesOf),
    ...eventLines([], invitations),
    landingLine(roles, invitations, land),
  ];
}

/** Once a threshold is met, more signatures are of use only where landing waits for everybody. */
function nextFor(
  { roles, main, held }: SigningEvent,
  drafts: readonly Draft[],
  stale: readonly Draft[],
  keys: readonly OwnKey[],
): EventStatus['next'] {
  if (held.withdrawal !== undefined) return 'wait';
  const isOpen = (file: string) =>
    roles.some((role) => role.file === file && !roleStatuses(role).every(isMet));
  const missing = missingSignatures(drafts, keys);
  const isWanted =
    main.policy.land !== 'threshold' || missing.some(({ draft }) => isOpen(draft.file));
  if (missing.length > 0 && isWanted) return 'sign';
  return allowedSignatures(stale, keys).length > 0 ? 'make-again' : 'wait';
}

function isMet({ isComplete: hasAll }: SignatureStatus): boolean {
  return hasAll;
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
  return { event, tip, roles: [], lines: [], isComplete: false, next: 'wait', problem };
}

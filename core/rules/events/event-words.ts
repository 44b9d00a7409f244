/** Where a signing event stands, in plain words: for the pusher, and for whoever lists events. */
import type { Policy } from '../../metadata/policy.ts';
import { hasEverySignature, isComplete, roleStatuses, type EventRole } from './event-roles.ts';
import type { EventState } from './event-state.ts';
import type { Invitation } from './invitations.ts';
import { signatureLine } from '../signature-status.ts';

/** One line for each threshold, and for whatever else keeps the event from landing. */
export function eventLines(
  roles: readonly EventRole[],
  invitations: readonly Invitation[],
): readonly string[] {
  const open = invitations.filter(({ key }) => key === undefined);
  return [
    ...roles.flatMap(roleLines),
    ...open.map(({ role, slot, owner }) => `${role}: invitation ${slot}${forWhom(owner)} is open`),
  ];
}

function forWhom(owner: string | undefined): string {
  return owner === undefined ? '' : ` for ${owner}`;
}

/** How far the event has got, and what becomes of it. */
export function standingLines(
  { roles, invitations, withdrawal }: EventState & { readonly roles: readonly EventRole[] },
  land: Policy['land'],
): readonly string[] {
  if (withdrawal !== undefined) return ['it is withdrawn now: what was made in it never lands'];
  return [...eventLines(roles, invitations), landingLine(roles, invitations, land)];
}

/** What the event still waits for. */
export function landingLine(
  roles: readonly EventRole[],
  invitations: readonly Invitation[],
  land: Policy['land'],
): string {
  if (roles.length === 0) return 'no role is changed yet';
  if (roles.some(({ isStale }) => isStale)) {
    return 'it cannot land before stale roles are made again';
  }
  if (!isComplete(roles)) return 'it lands when no signature is missing';
  const hasAll = hasEverybody(roles, invitations);
  if (land === 'threshold' || hasAll) return 'every threshold is met: it lands now';
  if (land === 'all') return 'every threshold is met; it lands when everybody has signed';
  return `every threshold is met; it lands within ${land.graceHours} h, or when everybody has signed`;
}

/** Nobody is left who could sign, and no invitation is open. */
export function hasEverybody(
  roles: readonly EventRole[],
  invitations: readonly Invitation[],
): boolean {
  return hasEverySignature(roles) && invitations.every(({ key }) => key !== undefined);
}

function roleLines(role: EventRole): readonly string[] {
  const { name, document, isStale, isLeftBehind } = role;
  const version = document?.signed.version ?? 0;
  if (document === undefined) return [`${name} goes`];
  if (isStale) {
    return [`${name} version ${version} is stale: main has moved on; make and sign the next one`];
  }
  const lines = roleStatuses(role).map(signatureLine);
  const cure = `; its keys change: make version ${version + 1}`;
  return isLeftBehind ? lines.map((line) => `${line}${cure}`) : lines;
}

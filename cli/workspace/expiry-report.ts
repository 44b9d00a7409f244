/** What a workspace says of expiries: who must act, and the command that they copy. */
import { endOf, expiryWords, isPressing, type Horizon, type RoleExpiry } from './expiry.ts';
import type { StatusReport } from './status.ts';

/** What is under way in the workspace already. */
type UnderWay = Pick<StatusReport, 'drafts' | 'events'>;

/** One line when nothing is pressing, whatever number of roles there is. */
export function expiryLines(
  expiries: readonly RoleExpiry[],
  underWay: UnderWay,
  horizon: Horizon,
): readonly string[] {
  const pressing = expiries.filter(isPressing);
  const first = expiries.find((expiry) => !isPressing(expiry) && expiry.signedBy === 'people');
  const then = first === undefined ? [] : [`after that ${expiryWords(first)}`];
  if (pressing.length === 0) {
    return [[`nothing expires until ${endOf(horizon)}`, ...then].join('; ')];
  }
  return [
    'somebody must act:',
    ...pressing.flatMap((expiry) => pressingLines(expiry, underWay)),
    ...then.map((text) => `  ${text}`),
  ];
}

function pressingLines(expiry: RoleExpiry, underWay: UnderWay): readonly string[] {
  const words = `  ${expiryWords(expiry)}`;
  if (expiry.signedBy === 'server') {
    return [words, '    the server signs it: ask the operator why it is not renewed'];
  }
  return [
    words,
    `    to be signed by ${signersWords(expiry)}: ${renewalCommand(expiry, underWay)}`,
  ];
}

/** "@alice", "@alice and @bob", "2 of @alice, @bob, @carol". */
function signersWords({ threshold, owners }: RoleExpiry): string {
  if (threshold === owners.length) return owners.join(' and ');
  return `${threshold} of ${owners.join(', ')}`;
}

/** Signing what is under way already, or else a signing event that renews the role. */
function renewalCommand(
  { role, version, expires }: RoleExpiry,
  { drafts, events }: UnderWay,
): string {
  const event = events.find(({ roles }) =>
    roles.some((one) => one.role === role && !one.isStale && one.version === version + 1),
  );
  if (event !== undefined) return `tuf-on-git sign ${event.event}`;
  const draft = drafts.find((one) => one.role === role && one.expires > expires);
  if (draft !== undefined) return `tuf-on-git ${isReady(draft) ? 'push' : 'sign'}`;
  return `tuf-on-git role set ${role} --renew --event ${eventFor(role, version + 1)}`;
}

function isReady({ isComplete, isCommitted }: StatusReport['drafts'][number]): boolean {
  return isComplete && isCommitted;
}

/** An event's name has fewer characters to choose from than a role's. */
function eventFor(role: string, version: number): string {
  return `renew-${role.replace(/[^A-Za-z0-9]+/g, '-').slice(0, 40)}-${version}`;
}

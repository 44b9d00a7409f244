/** What expires when, and who has to act before it does: clients refuse what has expired. */
import { rootAuthority } from '../../core/metadata/authority.ts';
import type { Authority } from '../../core/metadata/threshold.ts';
import { onlineRolesOf } from '../../core/rules/online-roles.ts';
import type { LoadedRepository } from '../../core/rules/repository.ts';
import { ownersOf } from './own-keys.ts';

const dayMs = 86_400_000;

/** Days before an expiry in which people are reminded of it. */
export const soonDays = 14;

export interface RoleExpiry {
  readonly role: string;
  readonly version: number;
  readonly expires: string;
  /** Whole days from the time asked about, rounded down; negative when it is over. */
  readonly daysLeft: number;
  readonly state: 'expired' | 'soon' | 'fine';
  /** What the server signs it also renews; people have to act only for the rest. */
  readonly signedBy: 'people' | 'server';
  readonly threshold: number;
  /** Who may sign it. */
  readonly owners: readonly string[];
}

/** The time that is asked about, and how many days ahead of an expiry are soon. */
export interface Horizon {
  readonly at: Date;
  readonly within: number;
}

/** The day until which nothing is pressing, when nothing is. */
export function endOf({ at, within }: Horizon): string {
  return new Date(at.getTime() + within * dayMs).toISOString().slice(0, 10);
}

/** Root and every role of `main`, the first to expire first. Snapshot and timestamp are the server's. */
export function expiriesOf(
  repository: LoadedRepository,
  { at, within }: Horizon,
): readonly RoleExpiry[] {
  const online = onlineRolesOf(repository);
  const { root, roles } = repository;
  const authority = rootAuthority(root.signed, 'root');
  const all = [{ name: 'root', document: root, authority }, ...roles.values()];
  return all
    .map(({ name, document: { signed }, authority: by }) => {
      const daysLeft = Math.floor((Date.parse(signed.expires) - at.getTime()) / dayMs);
      const signedBy = online.includes(name) ? ('server' as const) : ('people' as const);
      const state = stateFor(daysLeft, signedBy === 'server' ? 0 : within);
      const { version, expires } = signed;
      return { role: name, version, expires, daysLeft, state, signedBy, ...signersOf(by) };
    })
    .sort((one, other) => Date.parse(one.expires) - Date.parse(other.expires));
}

/** True for what does not come right by itself. */
export function isPressing({ state }: RoleExpiry): boolean {
  return state !== 'fine';
}

/** A line for root and for each role that has expired or soon will. */
export function expiryWarnings(repository: LoadedRepository, at: Date): readonly string[] {
  return expiriesOf(repository, { at, within: soonDays }).filter(isPressing).map(expiryWords);
}

/** "root expired 2026-11-23T04:37:09Z, 3 days ago"; "alice expires 2026-12-01T…, in 5 days". */
export function expiryWords({ role, expires, daysLeft, state }: RoleExpiry): string {
  if (state !== 'expired') return `${role} expires ${expires}, in ${days(daysLeft)}`;
  return `${role} expired ${expires}, ${days(-daysLeft - 1)} ago`;
}

function days(many: number): string {
  return many === 0 ? 'less than a day' : many === 1 ? '1 day' : `${many} days`;
}

function stateFor(daysLeft: number, within: number): RoleExpiry['state'] {
  if (daysLeft < 0) return 'expired';
  return daysLeft < within ? 'soon' : 'fine';
}

function signersOf(authority: Authority): Pick<RoleExpiry, 'threshold' | 'owners'> {
  return { threshold: authority.role.threshold, owners: ownersOf(authority) };
}

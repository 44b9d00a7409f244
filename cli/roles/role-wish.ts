/** What `role set` was asked for, and which role it is about. */
import { fault } from '../../core/error/error.ts';
import type { PublicKey } from '../../core/metadata/keys.ts';
import type { topLevelRoles } from '../../core/metadata/names.ts';
import { rootAuthority } from '../../core/metadata/authority.ts';
import type { Authority } from '../../core/metadata/threshold.ts';
import type { LoadedRepository } from '../../core/rules/repository.ts';
import { unknownRole } from '../workspace/drafts.ts';

export interface RoleWish {
  /** A delegated role, `targets`, `root`, or `online`: snapshot and timestamp at once. */
  readonly name: string;
  readonly add: readonly PublicKey[];
  /** Owners, or keyids or beginnings of them. */
  readonly remove: readonly string[];
  readonly replace: readonly { readonly who: string; readonly key: PublicKey }[];
  readonly threshold: number | undefined;
  readonly paths: readonly string[] | undefined;
  readonly expiryDays: number | undefined;
  readonly renew: boolean;
  readonly takeOver: boolean;
}

type TopLevelRole = (typeof topLevelRoles)[number];

/** Where it is said who signs the role. */
export type RolePlace =
  | { readonly in: 'root'; readonly roles: readonly TopLevelRole[]; readonly authority: Authority }
  | { readonly in: 'delegator'; readonly delegator: string; readonly authority: Authority };

/** @throws `usage.argument` for a role that is not here */
export function placeOf({ root, roles }: LoadedRepository, name: string): RolePlace {
  const top = topLevelOf(name);
  if (top !== undefined) {
    const lists = top.map((role) => rootAuthority(root.signed, role).role);
    const keyIDs = [...new Set(lists.flatMap((role) => role.keyIDs))];
    const threshold = Math.max(...lists.map((role) => role.threshold));
    return {
      in: 'root',
      roles: top,
      authority: { keys: root.signed.keys, role: { keyIDs, threshold } },
    };
  }
  const role = roles.get(name);
  if (role === undefined) throw unknownRole(name);
  return { in: 'delegator', delegator: role.delegator, authority: role.authority };
}

function topLevelOf(name: string): readonly TopLevelRole[] | undefined {
  if (name === 'online') return ['snapshot', 'timestamp'];
  if (name === 'root' || name === 'targets') return [name];
  if (name !== 'snapshot' && name !== 'timestamp') return undefined;
  const message = 'the same keys sign snapshot and timestamp';
  throw fault('usage.argument', `role ${name}`, message, { hint: 'role set online changes both' });
}

/** @throws `usage.argument` for a wish that says nothing, too much, or what the role does not have */
export function refuseWish(
  wish: RoleWish,
  place: RolePlace,
  serverSigned: readonly string[],
): void {
  const { name, paths, expiryDays, renew, takeOver } = wish;
  const others = changesSigners(wish) || paths !== undefined || expiryDays !== undefined;
  if (!others && !renew) throw wrong(`role ${name}`, 'nothing was asked for', 'see --help');
  if (renew && (others || takeOver)) throw wrong('--renew', 'it changes nothing else');
  const isServers = name === 'online' || serverSigned.includes(name);
  if (isServers && (renew || expiryDays !== undefined)) {
    throw wrong(`role ${name}`, 'the server renews what it signs by itself');
  }
  if (place.in === 'root' && (paths !== undefined || takeOver)) {
    throw wrong(paths === undefined ? '--take-over' : '--paths', `only a delegated role has paths`);
  }
  if (takeOver && wish.replace.length + wish.remove.length === 0) {
    const hint = 'say which with --replace-key WHO=FILE, or --remove-key and --add-key';
    throw wrong('--take-over', 'a stolen key has to go', hint);
  }
}

export function changesSigners({ add, remove, replace, threshold }: RoleWish): boolean {
  return add.length + remove.length + replace.length > 0 || threshold !== undefined;
}

function wrong(where: string, message: string, hint?: string) {
  return fault('usage.argument', where, message, hint === undefined ? {} : { hint });
}

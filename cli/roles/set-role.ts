/**
 * Drafts of a role that is to be signed by others, for other paths, or for another time. Who signs it
 * is said by its delegator, or by root; how long it lives by itself. What the change leaves without
 * enough signatures is made again in the same change, for else the gate would refuse it (rule 15).
 */
import { fault } from '../../core/error/error.ts';
import { longestLife, withExpiryDays } from '../../core/metadata/draft.ts';
import { changeDelegation } from '../../core/metadata/draft-delegation.ts';
import { changeRootSigners } from '../../core/metadata/draft-root.ts';
import type { SignersChange } from '../../core/metadata/draft-signers.ts';
import type { JsonObject } from '../../core/metadata/json.ts';
import { countSignatures, type Authority } from '../../core/metadata/threshold.ts';
import { onlineRolesOf } from '../../core/rules/online-roles.ts';
import type { WorkingState } from '../workspace/drafts.ts';
import { redraft, renewal, withEdits, type Redraft } from '../workspace/redraft.ts';
import { redraftRoot, renewRoot } from './redraft-root.ts';
import { changesSigners, placeOf, refuseWish, type RolePlace, type RoleWish } from './role-wish.ts';
import { entriesOutside, withoutEntries } from './take-over.ts';
import { unlistedFiles } from './unlisted-files.ts';
import { keyidOf } from './who.ts';

export interface RoleSetting {
  readonly edits: readonly Redraft[];
  /** Roles that say what they said, and are made again for signatures that they lack now. */
  readonly madeAgain: readonly string[];
  /** Roles that are drafted now, root among them: each has to be signed. */
  readonly signers: readonly string[];
  /** Target paths that a role which is taken over lists no more. */
  readonly dropped: readonly string[];
}

/**
 * @throws `usage.argument`, the codes of `changeSigners`, and `workspace.nothing-to-do` where the
 *   role is like that already
 */
export async function roleSetting(
  working: WorkingState,
  wish: RoleWish,
  now: Date,
): Promise<RoleSetting> {
  const place = placeOf(working.repository, wish.name);
  refuseWish(wish, place, onlineRolesOf(working.repository));
  const authority = await step(working, authorityEdits(working, wish, place, now));
  const outside = outsideOf(authority.after, wish);
  const own = await step(authority.after, ownEdits(authority.after, wish, outside, now));
  const files = await unlistedFiles(working, outside, own.after.repository);
  const madeAgain = leftBehind(own.after, wish.name);
  const again = madeAgain.map((name) => renewal(own.after, name, now));
  const edits = [...authority.edits, ...own.edits, ...files, ...again];
  const { drafts } = await withEdits(working, edits);
  const signers = drafts.map((draft) => draft.name);
  if (edits.length > 0) return { edits, madeAgain, signers, dropped: [...outside] };
  throw fault('workspace.nothing-to-do', `role ${wish.name}`, 'it is like that already');
}

async function step(before: WorkingState, edits: readonly Redraft[]) {
  return { edits, after: await withEdits(before, edits) };
}

/** Of the file that says who signs the role, and what for. */
function authorityEdits(
  working: WorkingState,
  wish: RoleWish,
  place: RolePlace,
  now: Date,
): readonly Redraft[] {
  const { name, paths } = wish;
  if (!changesSigners(wish) && paths === undefined) return [];
  const change = signersChange(wish, place.authority);
  if (place.in === 'root') {
    return redraftRoot(working, (root) => changeRootSigners(root, place.roles, change), now);
  }
  const edit = (signed: JsonObject) => changeDelegation(signed, name, { ...change, paths });
  return listed(redraft(working, place.delegator, edit, now));
}

function signersChange(
  { add, remove, replace, threshold }: RoleWish,
  authority: Authority,
): SignersChange {
  return {
    add,
    remove: remove.map((who) => keyidOf(who, authority, '--remove-key')),
    replace: new Map(
      replace.map(({ who, key }) => [keyidOf(who, authority, '--replace-key'), key] as const),
    ),
    threshold,
  };
}

/** Of the role's own file. */
function ownEdits(
  working: WorkingState,
  { name, expiryDays, renew, takeOver }: RoleWish,
  outside: ReadonlySet<string>,
  now: Date,
): readonly Redraft[] {
  if (name === 'online') return [];
  if (expiryDays !== undefined) refuseLongLife(working, name, expiryDays);
  const edit = (signed: JsonObject) => {
    const left = withoutEntries(signed, outside);
    return expiryDays === undefined ? left : withExpiryDays(left, expiryDays);
  };
  if (name === 'root') return renew ? renewRoot(working, now) : redraftRoot(working, edit, now);
  const edited = redraft(working, name, edit, now);
  const isAnyway = renew || takeOver;
  return edited === undefined && isAnyway ? [renewal(working, name, now)] : listed(edited);
}

function outsideOf(
  { repository }: WorkingState,
  { name, takeOver }: RoleWish,
): ReadonlySet<string> {
  const role = repository.roles.get(name);
  return takeOver && role !== undefined ? entriesOutside(role, repository) : new Set();
}

/** Only a role whose signers change can come to lack signatures. */
function leftBehind({ repository, drafts }: WorkingState, name: string): readonly string[] {
  const role = repository.roles.get(name);
  if (role === undefined || drafts.some((draft) => draft.name === name)) return [];
  const { signers, threshold } = countSignatures(role.document, role.authority);
  return signers.length >= threshold ? [] : [name];
}

function refuseLongLife({ base }: WorkingState, name: string, days: number): void {
  const most = longestLife(name, base.policy);
  if (days <= most) return;
  const message = `the policy of root gives it ${most} days at most`;
  throw fault('usage.argument', `--expiry-days ${days}`, message);
}

function listed(edit: Redraft | undefined): readonly Redraft[] {
  return edit === undefined ? [] : [edit];
}

/** Whether somebody else was faster: what has moved between the base of a change and the tip. */
import { fault } from '../../../core/error/error.ts';
import type { BareRepository } from '../../../core/git/binary/bare-repository.ts';
import type { ObjectId } from '../../../core/git/object-id.ts';
import { isObject } from '../../../core/metadata/json.ts';
import { maxRoleBytes, readChanges } from '../../../core/gate/state.ts';
import { roleFile, rootFile, roleOf, type StateSide } from '../../../core/rules/state.ts';
import { objectId } from '../../../core/git/object-id.ts';
import { mainRef } from '../../../core/rules/ref-rules.ts';
import { Refusal } from '../problems.ts';
import { signedIn, type WantedChange } from './change-body.ts';

/**
 * @param tip that the change is to be put on
 * @throws Refusal 409, with the tip and the versions there, when a changed role or its delegator is
 *   another than at the base, or the base is no commit of `main` or of the event
 */
export async function refuseStale(
  git: BareRepository,
  { base, metadata, ref }: WantedChange,
  tip: ObjectId,
): Promise<void> {
  if (base === tip) return;
  if (!(await isKnown(git, base, tip, ref))) {
    const message = 'the base is no commit that is in force here';
    throw stale(tip, {}, [fault('change.stale', 'base', message, { hint })]);
  }
  const moved = await movedRoles(git, base, tip);
  const wanted = new Set(metadata.keys());
  const current: Record<string, number | null> = {};
  for (const { role, before, after } of moved) {
    const sides = [await readSigned(git, before), await readSigned(git, after)];
    const delegates = sides.some((signed) => delegatesTo(role, signed, wanted));
    if (wanted.has(role) || delegates) current[role] = versionOf(sides[1]);
  }
  const roles = Object.keys(current);
  if (roles.length === 0) return;
  throw stale(
    tip,
    current,
    roles.map((role) =>
      fault('change.stale', roleFile(role), 'it has moved since the base of the change', { hint }),
    ),
  );
}

const hint = 'make the change again on the present tip, and sign it again';

interface MovedRole {
  readonly role: string;
  readonly before: StateSide | undefined;
  readonly after: StateSide | undefined;
}

async function movedRoles(
  git: BareRepository,
  base: ObjectId,
  tip: ObjectId,
): Promise<readonly MovedRole[]> {
  return (await readChanges(git, base, tip)).flatMap(({ path = '', before, after }) => {
    const role = path === rootFile ? 'root' : roleOf(path);
    return role === undefined ? [] : [{ role, before, after }];
  });
}

async function isKnown(
  git: BareRepository,
  base: ObjectId,
  tip: ObjectId,
  ref: string,
): Promise<boolean> {
  if ((await git.info(base))?.type !== 'commit') return false;
  if (await git.isAncestor(base, tip)) return true;
  const main = ref === mainRef ? undefined : await git.resolveRef(mainRef);
  return main !== undefined && (await git.isAncestor(base, main));
}

async function readSigned(git: BareRepository, side: StateSide | undefined) {
  return side && signedIn(await git.blob(objectId(side.oid), maxRoleBytes));
}

function delegatesTo(
  role: string,
  signed: ReturnType<typeof signedIn>,
  wanted: ReadonlySet<string>,
): boolean {
  if (role === 'root') return wanted.has('targets');
  const delegations = signed?.['delegations'];
  const roles = isObject(delegations) ? delegations['roles'] : undefined;
  if (!Array.isArray(roles)) return false;
  return roles.some((each) => isObject(each) && wanted.has(each['name'] as string));
}

function versionOf(signed: ReturnType<typeof signedIn>): number | null {
  return signed === undefined ? null : Number(signed['version']);
}

function stale(
  commit: ObjectId,
  roles: Readonly<Record<string, number | null>>,
  findings: readonly ReturnType<typeof fault>[],
): Refusal {
  return new Refusal(409, findings, {}, { current: { commit, roles } });
}

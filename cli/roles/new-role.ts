import { formatDocument } from '../../core/metadata/document.ts';
import { emptyRole } from '../../core/metadata/draft.ts';
import { addDelegation, type NewDelegation } from '../../core/metadata/draft-delegation.ts';
import { fault } from '../../core/error/error.ts';
import type { JsonObject } from '../../core/metadata/json.ts';
import { maxOnlineRoleDays, withShorterLife } from '../../core/metadata/policy.ts';
import { checkDelegations, checkRoleNames } from '../../core/rules/delegation-rules.ts';
import { markOnline } from '../../core/rules/online-roles.ts';
import { roleFile } from '../../core/rules/state.ts';
import { unknownRole, type WorkingState } from '../workspace/drafts.ts';
import { redraft, repositoryWith, type Redraft } from '../workspace/redraft.ts';
import { refuseFindings } from '../workspace/refuse.ts';

export interface NewRole extends NewDelegation {
  /** Whether targets marks it as signed by the server. */
  readonly isOnline: boolean;
}

/**
 * The files of a new role: its delegator with the delegation, and its own first version, which lists
 * nothing and waits for the role's own signatures.
 * @throws the code of the rule that the delegation would break; `usage.argument` for a delegator
 *   that is not here
 */
export async function newRoleDrafts(
  working: WorkingState,
  delegator: string,
  wanted: NewRole,
  now: Date,
): Promise<readonly Redraft[]> {
  const parent = working.repository.roles.get(delegator);
  if (parent === undefined) throw unknownRole(delegator);
  const file = roleFile(wanted.name);
  if (working.repository.roles.has(wanted.name) || working.files.has(file)) {
    throw fault('name.twin', `role ${wanted.name}`, 'there is a role of that name');
  }
  const { isOnline, name } = wanted;
  const delegate = (signed: JsonObject) => {
    const delegating = addDelegation(signed, wanted);
    return isOnline ? markOnline(delegating, name) : delegating;
  };
  const draft = redraft(working, delegator, delegate, now);
  const { policy } = working.base;
  const signed = emptyRole(parent.document.signedJson, name, {
    now,
    policy: isOnline ? withShorterLife(policy, maxOnlineRoleDays) : policy,
  });
  const own: Redraft = { file, bytes: formatDocument(signed, []), isDraft: true };
  const edits = draft === undefined ? [own] : [draft, own];
  await refuseBroken(working, delegator, edits);
  return edits;
}

async function refuseBroken(
  working: WorkingState,
  delegator: string,
  edits: readonly Redraft[],
): Promise<void> {
  const after = await repositoryWith(working, edits);
  const parent = after.roles.get(delegator);
  if (parent === undefined) throw unknownRole(delegator);
  refuseFindings([
    ...checkDelegations(parent, after, working.base.policy),
    ...checkRoleNames(after),
  ]);
}

/** The roles that a transition touches, each after its delegator: what they say, and whether it is signed. */
import type { Policy } from '../metadata/policy.ts';
import { hasOtherAuthority, hasOtherPaths } from './affected/other-delegation.ts';
import type { Affected } from './affected/affected.ts';
import { checkAgreement, checkKnownFields } from './bytes-rules.ts';
import { checkDelegations, checkRoleNames } from './delegation-rules.ts';
import { checkOnlineRoles } from './online-role-rules.ts';
import type { LoadedRole } from './repository.ts';
import { checkExpiry, checkNextVersion, checkSigned } from './role-rules.ts';
import { checkSignatures, checkThreshold, isLeftOpen, leftBehind } from './signature-rules.ts';
import type { TransitionContext } from './state.ts';
import { checkTargets } from './target-rules.ts';
import { checkTargetTwins } from './twin-rules.ts';
import type { RuleFinding } from './verdict.ts';

/**
 * What an unverified delegator says is not followed: whoever wrote it may have wanted to keep us busy.
 */
export function* checkRoles(
  affected: Affected,
  policy: Policy,
  context: TransitionContext,
  notices: RuleFinding[],
): Iterable<RuleFinding> {
  const { repository } = affected;
  yield* checkRoleNames(repository);
  const unverified = new Set<string>();
  for (const role of repository.roles.values()) {
    if (unverified.has(role.delegator)) {
      unverified.add(role.name);
      continue;
    }
    const isChanged = affected.changed.has(role.name);
    if (isChanged) yield* checkChangedRole(affected, role, policy, context);
    const short = [...checkSigners(affected, role, context, notices)];
    yield* short;
    if (short.length > 0) {
      unverified.add(role.name);
      continue;
    }
    yield* checkTargets(role, affected, policy);
    if (isChanged || hasOtherPaths(affected, role)) {
      yield* checkDelegations(role, repository, policy, isChanged && !affected.isTip);
    }
  }
  yield* checkTargetTwins(repository, policy);
  yield* checkOnlineRoles(affected, context);
}

function* checkSigners(
  affected: Affected,
  role: LoadedRole,
  context: TransitionContext,
  notices: RuleFinding[],
): Iterable<RuleFinding> {
  const isChanged = affected.changed.has(role.name);
  if (!isChanged && !hasOtherAuthority(affected, role)) return;
  for (const found of checkThreshold(role.file, role.document, role.authority)) {
    if (!isLeftOpen(found, context)) yield found;
  }
  if (!isChanged) notices.push(...leftBehind(role.file, role.document, role.authority));
}

function* checkChangedRole(
  { changed, isTip }: Affected,
  { file, document, name, authority }: LoadedRole,
  policy: Policy,
  context: TransitionContext,
): Iterable<RuleFinding> {
  if (!isTip) {
    const highest = context.highestVersion?.(name) ?? 0;
    yield* checkNextVersion(file, changed.get(name)?.before, document, highest);
    const { targets, delegated } = policy.maxLifeDays;
    const maxLifeDays = name === 'targets' ? targets : delegated;
    const life = { maxLifeDays, minLifeHours: policy.minLifeHours };
    yield* checkExpiry(file, document, life, context);
  }
  yield* checkSigned(file, document, policy);
  if (!isTip) yield* checkSignatures(file, document, [authority]);
  yield* checkAgreement(file, document);
  yield* checkKnownFields(file, document.signedJson);
}

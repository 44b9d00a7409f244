/** When offline roles expire, and from when on people should sign their next version. */
import type { Document } from '../../core/metadata/document.ts';
import { signingPeriodDays } from '../../core/metadata/draft.ts';
import { factsOf, type RoleFacts } from '../../core/metadata/packed-targets.ts';
import { onlineRolesOf } from '../../core/rules/online-roles.ts';
import type { LoadedRepository } from '../../core/rules/repository.ts';

export interface RoleDeadline {
  readonly role: string;
  readonly version: number;
  readonly expires: Date;
  /** From then on its next version should be signed. */
  readonly signFrom: Date;
}

const dayMs = 86_400_000;

/**
 * Root and all roles that people sign, soonest first.
 * @param noticeDays how early, where a role does not say (`x-tuf-on-ci-signing-period`)
 */
export function roleDeadlines(
  repository: LoadedRepository,
  noticeDays: number,
): readonly RoleDeadline[] {
  const { root, roles } = repository;
  const online = new Set(onlineRolesOf(repository));
  const offline = [...roles.values()].filter(({ name }) => !online.has(name));
  return [
    deadlineOf('root', factsOfRoot(root), noticeDays),
    ...offline.map(({ name, document }) => deadlineOf(name, factsOf(document), noticeDays)),
  ].sort((one, other) => one.signFrom.getTime() - other.signFrom.getTime());
}

function deadlineOf(
  role: string,
  { version, expires, periods }: Pick<RoleFacts, 'version' | 'expires' | 'periods'>,
  noticeDays: number,
): RoleDeadline {
  const days = signingPeriodDays(periods, noticeDays);
  const end = new Date(expires);
  return { role, version, expires: end, signFrom: new Date(end.getTime() - days * dayMs) };
}

function factsOfRoot({ signed: { version, expires }, signedJson }: Document<'root'>) {
  return { version, expires, periods: signedJson };
}

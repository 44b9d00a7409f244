/** When offline roles expire, and from when on people should sign their next version. */
import type { Document } from '../../core/metadata/document.ts';
import { signingPeriodDays } from '../../core/metadata/draft.ts';
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
    deadlineOf('root', root, noticeDays),
    ...offline.map(({ name, document }) => deadlineOf(name, document, noticeDays)),
  ].sort((one, other) => one.signFrom.getTime() - other.signFrom.getTime());
}

function deadlineOf(role: string, document: Document, noticeDays: number): RoleDeadline {
  const { version, expires } = document.signed;
  const days = signingPeriodDays(document.signedJson, noticeDays);
  const end = new Date(expires);
  return { role, version, expires: end, signFrom: new Date(end.getTime() - days * dayMs) };
}

import type { AuditReport } from '../audit/index.ts';
import { knowledgeOf, type Knowledge } from '../parts/text.tsx';

/** Of what targets and the roles below it list: as well as targets itself is known. */
export function knowledgeOfTargets({ roles }: AuditReport): Knowledge {
  const targets = roles.find(({ role }) => role === 'targets');
  return knowledgeOf({ isCurrent: targets?.isCurrent === true });
}

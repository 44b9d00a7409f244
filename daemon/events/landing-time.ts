import type { Policy } from '../../core/metadata/policy.ts';

const hourMs = 3_600_000;

/**
 * When a complete event lands; undefined when only somebody's signature can bring that about.
 * @param since when it became complete
 * @param hasEverybody nobody is left who could sign, and no invitation is open
 */
export function landsAt(
  land: Policy['land'],
  since: Date,
  hasEverybody: boolean,
): Date | undefined {
  if (land === 'threshold' || hasEverybody) return since;
  return land === 'all' ? undefined : new Date(since.getTime() + land.graceHours * hourMs);
}

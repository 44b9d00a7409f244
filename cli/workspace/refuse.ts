import { fault } from '../../core/error/error.ts';
import type { RuleFinding } from '../../core/rules/verdict.ts';

/** Throws the first finding under its own code; says how many there are beside it. */
export function refuseFindings(findings: Iterable<RuleFinding>): void {
  const [first, ...others] = findings;
  if (first === undefined) return;
  const more = others.length === 0 ? '' : ` (and ${others.length} more)`;
  const hint = first.hint === undefined ? {} : { hint: first.hint };
  throw fault(first.code, first.where, `${first.message}${more}`, hint);
}

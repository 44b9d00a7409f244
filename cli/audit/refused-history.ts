import { fault, type TufOnGitError } from '../../core/error/error.ts';
import { namedRefusals, type HistoryVerdict } from '../../core/gate/history.ts';
import { commitName } from '../../core/rules/ref-rules.ts';

/** A history that does not hold, as an error: the first bad commit and the first rule it breaks. */
export function refusedHistory(bad: NonNullable<HistoryVerdict['bad']>): TufOnGitError {
  const [first, ...others] = namedRefusals(bad);
  if (first === undefined) return fault('git.unable', commitName(bad.commit), 'it does not hold');
  const { code, where, message, hint } = first;
  const more = others.length === 0 ? '' : ` (and ${others.length} more)`;
  return fault(code, where, `${message}${more}`, hint === undefined ? {} : { hint });
}

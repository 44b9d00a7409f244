import { fault, type TufOnGitError } from '../../core/error/error.ts';
import type { HistoryVerdict } from '../../core/gate/history.ts';

/** A history that does not hold, as an error: the first bad commit and the first rule it breaks. */
export function refusedHistory({
  commit,
  refusals,
}: NonNullable<HistoryVerdict['bad']>): TufOnGitError {
  const [first, ...others] = refusals;
  const more = others.length === 0 ? '' : ` (and ${others.length} more)`;
  return fault(
    first?.code ?? 'git.unable',
    `commit ${commit.slice(0, 10)} ${first?.where ?? ''}`.trimEnd(),
    `${first?.message ?? 'it does not hold'}${more}`,
    first?.hint === undefined ? {} : { hint: first.hint },
  );
}

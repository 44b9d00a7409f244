import { ruleCodes, type RuleCode } from '../error/codes.ts';
import { TufOnGitError, type Finding } from '../error/error.ts';

/** A fault against a rule, or a notice of one. `where` is a file of the tree or a ref. */
export type RuleFinding = Finding<RuleCode>;

/** What the rules say of a transition: accepted when `refusals` is empty. */
export interface Verdict {
  readonly refusals: readonly RuleFinding[];
  /** Worth a line to the pusher, never a reason to refuse. */
  readonly notices: readonly RuleFinding[];
}

export function finding(
  code: RuleCode,
  where: string,
  message: string,
  hint?: string,
): RuleFinding {
  return hint === undefined ? { code, where, message } : { code, where, message, hint };
}

/** A fault thrown by a reader below the rules, as a finding. Rethrows what is no rule's. */
export function findingOf(error: unknown): RuleFinding {
  if (!(error instanceof TufOnGitError)) throw error;
  const code = ruleCodes.find((known) => known === error.code);
  if (code === undefined) throw error;
  return finding(code, error.where, error.message, error.hint);
}

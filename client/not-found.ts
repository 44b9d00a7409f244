import { fault, TufOnGitError } from '../core/error/error.ts';
import { nearNames } from './near-names.ts';

/** What was looked for in vain, and what there is instead. */
export interface Search {
  /** How the error calls it: `product example/tool`. */
  readonly where: string;
  /** What was typed. */
  readonly name: string;
  /** What could have been typed, the likeliest first. */
  readonly known: readonly string[];
  /** Said where nothing comes near, in place of some of what is known. */
  readonly hint?: string;
}

/** `search.not-found`, with the names that come near, else some that there are. */
export function notFound({ where, name, known, hint }: Search): TufOnGitError {
  const offered = offer(name, known, hint);
  const more = offered === undefined ? {} : { hint: offered };
  return fault('search.not-found', where, 'the repository has none of this name', more);
}

function offer(name: string, known: readonly string[], hint: string | undefined) {
  const near = nearNames(name, known);
  if (near.length > 0) return `did you mean ${near.join(', ')}`;
  if (hint !== undefined || known.length === 0) return hint;
  return `there is ${known.slice(0, 3).join(', ')}`;
}

/** A search whose failure says what may hide the thing: the roles that could not be read. */
export function searchAmong<T>(unavailable: readonly TufOnGitError[], search: () => T): T {
  try {
    return search();
  } catch (error) {
    const [hidden] = unavailable;
    if (hidden === undefined || !(error instanceof TufOnGitError)) throw error;
    throw orHidden(error, hidden, unavailable.length);
  }
}

function orHidden(error: TufOnGitError, hidden: TufOnGitError, count: number): TufOnGitError {
  const what = count === 1 ? 'a role could not be read' : `${count} roles could not be read`;
  const said = `${what} (${hidden.where}: ${hidden.message})`;
  const hint = error.hint === undefined ? said : `${error.hint}; ${said}`;
  return fault(error.code, error.where, error.message, { hint, cause: hidden });
}

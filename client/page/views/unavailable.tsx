import type { JSX } from 'preact';
import type { TufOnGitError } from '../../../core/error/error.ts';
import { FindingText } from '../parts/promised.tsx';

/** So many are told one by one. */
const mostTold = 5;

/** Roles that were refused where a list was made: what they list is not in it. */
export function Unavailable({ roles }: { readonly roles: readonly TufOnGitError[] }): JSX.Element {
  if (roles.length === 0) return <></>;
  return (
    <div class="refusal" role="alert">
      <p>
        {roles.length === 1 ? 'A role' : `${roles.length} roles`} did not verify; what they list is
        not shown.
      </p>
      <ul>
        {roles.slice(0, mostTold).map((error) => (
          <li key={error.where}>
            <FindingText finding={error} />
          </li>
        ))}
      </ul>
    </div>
  );
}

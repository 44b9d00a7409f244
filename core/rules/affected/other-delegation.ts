/** Roles, unchanged or not, to which the delegation is another one than before. */
import type { LoadedRole } from '../repository.ts';
import type { Affected } from './affected.ts';
import type { DelegationChange } from './changed-roles.ts';

/** Its signatures have to be counted again, though its bytes are the same. */
export function hasOtherAuthority(affected: Affected, { name, delegator }: LoadedRole): boolean {
  if (affected.isWhole) return true;
  if (delegator === 'root') return affected.isRootChanged;
  return changeOf(affected, delegator, name)?.changesAuthority === true;
}

/** What it may list is decided anew: by the delegation to it, or by one above. */
export function hasOtherPaths(affected: Affected, { name, delegator }: LoadedRole): boolean {
  if (affected.isWhole) return true;
  const above = affected.repository.roles.get(delegator);
  if (above === undefined) return false;
  return (
    changeOf(affected, delegator, name)?.changesPaths === true || hasOtherPaths(affected, above)
  );
}

function changeOf(
  { changed }: Affected,
  delegator: string,
  name: string,
): DelegationChange | undefined {
  return changed.get(delegator)?.delegations().get(name);
}

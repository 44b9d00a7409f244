import type { Choices } from '../choices.ts';
import type { Draft } from '../draft.ts';
import { editDelegations, type DelegationsJson } from '../draft-json.ts';
import { delegationsIn, type DelegationJson } from '../reference-walk.ts';
import type { Edit } from './edits.ts';

export interface DelegationPlace {
  readonly delegations: DelegationsJson;
  readonly delegation: DelegationJson;
  readonly draft: Draft;
  readonly choices: Choices;
}

/** An edit of one delegation that is there. */
export function ofOneDelegation(change: (place: DelegationPlace) => unknown): Edit {
  return (draft, choices) => {
    const delegators = draft.roles().filter((role) => delegationsIn(draft.signed(role)).length > 0);
    const role = choices.maybeOf(delegators);
    if (role === undefined) return undefined;
    const delegations = editDelegations(draft, role);
    const delegation = choices.of(delegations.roles);
    const words = `${role} to ${delegation.name}`;
    const detail = change({ delegations, delegation, draft, choices });
    return typeof detail === 'string' ? `${words}, ${detail}` : words;
  };
}

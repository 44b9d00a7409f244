/** What people do with delegations, done rightly. */
import fc from 'fast-check';
import { keysOf } from '../../kit/source-tree.ts';
import type { Choices } from './choices.ts';
import { commonFields, type Draft } from './draft.ts';
import {
  delegationOf,
  editDelegations,
  isFound,
  levelOf,
  listedTargets,
  type DelegationsJson,
} from './draft-json.ts';
import { people } from './key-ring.ts';
import { delegationsIn, entriesOf, type DelegationJson } from './reference-walk.ts';
import type { Step } from './step.ts';
import { narrowed, profileOf, topPattern } from './target-paths.ts';

const mostRoles = 12;
const mostLevels = 4;

export const delegate: Step = (draft, choices) => {
  const roles = draft.roles();
  const parent = choices.of(roles.filter((role) => levelOf(draft, role) < mostLevels));
  const name = newName(draft, choices);
  if (roles.length >= mostRoles || name === undefined) return undefined;
  const keys = choices.draw(someKeys);
  const delegation = {
    name,
    keyids: keys.map(({ keyid }) => keyid),
    threshold: 1 + choices.below(keys.length),
    terminating: choices.oneIn(2),
    paths: patternsFor(draft, parent, choices),
  };
  const found = listedTargets(draft).filter((listed) => isFound(draft, listed));
  const delegations = editDelegations(draft, parent);
  Object.assign(delegations.keys, keysOf(...keys));
  draft.add(name, { ...commonFields('targets'), targets: {} });
  place(delegations, delegation, choices, () => found.every((listed) => isFound(draft, listed)));
  return `${parent} delegates ${delegation.paths.join()} to ${name}`;
};

export const undelegate: Step = (draft, choices) => {
  const role = choices.maybeOf(draft.roles().slice(1));
  const delegator = role === undefined ? undefined : draft.delegatorOf(role);
  if (role === undefined || delegator === undefined) return undefined;
  removeWithAllBelow(draft, role);
  const delegations = editDelegations(draft, delegator);
  delegations.roles = delegations.roles.filter(({ name }) => name !== role);
  return `${delegator} takes ${role} away`;
};

export const rekey: Step = (draft, choices) => {
  const role = choices.maybeOf(draft.roles().slice(1));
  const delegator = role === undefined ? undefined : draft.delegatorOf(role);
  if (role === undefined || delegator === undefined) return undefined;
  const person = choices.of(people);
  if (delegationOf(draft, role)?.keyids.includes(person.keyid) !== false) return undefined;
  const { keys, roles } = editDelegations(draft, delegator);
  keys[person.keyid] = person.json;
  for (const delegation of roles.filter(({ name }) => name === role)) {
    delegation.keyids = [...delegation.keyids.slice(1), person.keyid];
  }
  draft.edit(role);
  return `${role} changes hands`;
};

const someKeys = fc.uniqueArray(fc.constantFrom(...people), { minLength: 1, maxLength: 3 });

/** One that was there before and is gone, or one of its own. */
function newName(draft: Draft, choices: Choices): string | undefined {
  const roles = new Set([...draft.roles(), 'root']);
  const gone = [...(draft.before?.reached.keys() ?? [])].filter((name) => !roles.has(name));
  const fresh = ['alice', 'b', 'Carol.x', 'team-1', 'd_d', 'e+e', 'f'.repeat(100), 'x7', 'T8'];
  const free = fresh.filter((name) => !roles.has(name));
  return choices.maybeOf(gone.length > 0 && choices.oneIn(2) ? gone : free);
}

function patternsFor(draft: Draft, parent: string, choices: Choices): string[] {
  const profile = profileOf(draft.signed('root'));
  const outer = delegationOf(draft, parent)?.paths;
  const one = (): string =>
    outer === undefined
      ? topPattern(profile, choices)
      : narrowed(choices.of(outer), profile, choices);
  return choices.oneIn(3) ? [one(), one()] : [one()];
}

/** Anywhere in the list; at its end and without an end to the search, where it would be in the way. */
function place(
  delegations: DelegationsJson,
  delegation: DelegationJson,
  choices: Choices,
  isHarmless: () => boolean,
): void {
  const others = delegations.roles;
  delegations.roles = others.toSpliced(choices.below(others.length + 1), 0, delegation);
  if (isHarmless()) return;
  delegations.roles = [...others, { ...delegation, terminating: false }];
}

function removeWithAllBelow(draft: Draft, role: string): void {
  const signed = draft.signed(role);
  for (const { name } of delegationsIn(signed)) removeWithAllBelow(draft, name);
  for (const path of Object.keys(entriesOf(signed))) draft.removeTarget(path);
  draft.remove(role);
}

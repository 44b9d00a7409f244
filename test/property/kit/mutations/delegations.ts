/** Delegations changed by their delegator, in ways good and bad. */
import { roleFile } from '../../../../core/rules/state.ts';
import type { Choices } from '../choices.ts';
import { commonFields } from '../draft.ts';
import { editDelegations } from '../draft-json.ts';
import { editing } from './edits.ts';
import { ofOneDelegation, type DelegationPlace } from './one-delegation.ts';

const odd = {
  patterns: [
    '*',
    '**',
    '*/*',
    'a/**',
    '[ab]',
    '{a,b}',
    '!a',
    '../a',
    '/a',
    'a//b',
    '',
    'a\\b',
    'u\u0308',
    '?',
    'A',
    '%61',
    '#',
  ],
  names: [
    '1.x',
    '12',
    'Root',
    'targets',
    'snapshot',
    'CON',
    'a/b',
    '..',
    'ü',
    '',
    'toString',
    'x y',
    'g'.repeat(101),
    'ALICE',
    'B',
    'x.json',
  ],
};

export const changeDelegations = editing([
  [
    'a delegation with another end to the search',
    ofOneDelegation(({ delegation }) => {
      delegation.terminating = !delegation.terminating;
    }),
  ],
  [
    'delegations in another order',
    ofOneDelegation(({ delegations, delegation }) => {
      const others = delegations.roles.filter((one) => one !== delegation);
      delegations.roles = [delegation, ...others];
    }),
  ],
  [
    'another pattern',
    ofOneDelegation(({ delegation, choices }) => {
      delegation.paths = [choices.of(odd.patterns), ...delegation.paths.slice(choices.below(2))];
      return delegation.paths.join();
    }),
  ],
  [
    'a wider pattern',
    ofOneDelegation(({ delegation, choices }) => {
      delegation.paths = delegation.paths.map((one) => withPart(one, '*', choices));
      return delegation.paths.join();
    }),
  ],
  [
    'a narrower pattern',
    ofOneDelegation(({ delegation, choices }) => {
      delegation.paths = delegation.paths.map((one) =>
        withPart(one, choices.of(['a', 'b', 'a*']), choices),
      );
      return delegation.paths.join();
    }),
  ],
  [
    'no patterns',
    ofOneDelegation(({ delegation }) => {
      delegation.paths = [];
    }),
  ],
  [
    'hash prefixes',
    ofOneDelegation(({ delegation, choices }) => {
      delegation['path_hash_prefixes'] = choices.of([[''], ['0', 'a'], ['XY'], []]);
      if (choices.oneIn(2)) Reflect.deleteProperty(delegation, 'paths');
    }),
  ],
  [
    'succinct roles',
    ofOneDelegation(({ delegations, delegation, choices }) => {
      const { keyids, threshold } = delegation;
      const succinct = { keyids, threshold, bit_length: 1, name_prefix: 'bin' };
      Object.assign(delegations, { succinct_roles: succinct });
      if (choices.oneIn(2)) Reflect.deleteProperty(delegations, 'roles');
    }),
  ],
  ['another name, its file moved', ofOneDelegation((place) => rename(place, true))],
  ['another name, its file left', ofOneDelegation((place) => rename(place, false))],
  [
    'taken away, its file left',
    ofOneDelegation(({ delegations, delegation }) => {
      delegations.roles = delegations.roles.filter((one) => one !== delegation);
    }),
  ],
  [
    'delegated, without a file',
    ofOneDelegation(({ delegations, delegation }) => {
      delegations.roles = [...delegations.roles, { ...delegation, name: 'nobody' }];
    }),
  ],
  [
    'delegated a second time',
    ofOneDelegation(({ delegations, delegation, draft, choices }) => {
      const other = editDelegations(draft, choices.of(draft.roles()));
      Object.assign(other.keys, delegations.keys);
      other.roles = [...other.roles, delegation];
    }),
  ],
  [
    'forty more roles before all others',
    ofOneDelegation(({ delegations, delegation, draft }) => {
      const names = Array.from({ length: 40 }, (_, index) => `many-${index}`);
      const more = names.map((name) => ({ ...delegation, name, terminating: false }));
      delegations.roles = [...more, ...delegations.roles];
      for (const name of names) draft.add(name, { ...commonFields('targets'), targets: {} });
    }),
  ],
  [
    'a role before all others',
    ofOneDelegation(({ delegations, delegation, draft, choices }) => {
      const before = { ...delegation, name: 'before', terminating: choices.oneIn(2) };
      delegations.roles = [before, ...delegations.roles];
      draft.add('before', { ...commonFields('targets'), targets: {} });
    }),
  ],
  [
    'delegations left out',
    ofOneDelegation(({ draft }) => {
      for (const role of draft.edited) Reflect.deleteProperty(draft.edit(role), 'delegations');
    }),
  ],
]);

function withPart(pattern: string, part: string, choices: Choices): string {
  const parts = pattern.split('/');
  return parts.with(choices.below(parts.length), part).join('/');
}

function rename({ delegation, draft, choices }: DelegationPlace, isMoved: boolean): string {
  const { name: old } = delegation;
  const name = choices.of(odd.names);
  const signed = draft.signed(old);
  delegation.name = name;
  if (isMoved && signed !== undefined) {
    draft.remove(old);
    draft.add(name, signed);
  }
  return roleFile(name);
}

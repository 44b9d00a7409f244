/** Keys and thresholds of delegations changed by their delegator, in ways good and bad. */
import type { JsonObject } from '../../../../core/metadata/json.ts';
import { people } from '../key-ring.ts';
import { editing } from './edits.ts';
import { ofOneDelegation } from './one-delegation.ts';

export const changeDelegatedKeys = editing([
  [
    'another threshold',
    ofOneDelegation(({ delegation, choices }) => {
      delegation.threshold = choices.of([0, -1, 1, 2, 3, 4]);
      return String(delegation.threshold);
    }),
  ],
  [
    'a key fewer',
    ofOneDelegation(({ delegation }) => {
      delegation.keyids = delegation.keyids.slice(1);
    }),
  ],
  [
    'a keyid twice',
    ofOneDelegation(({ delegation }) => {
      delegation.keyids = [...delegation.keyids, ...delegation.keyids.slice(0, 1)];
    }),
  ],
  [
    'a keyid that has no key',
    ofOneDelegation(({ delegation }) => {
      delegation.keyids = [...delegation.keyids, '00'.repeat(32)];
    }),
  ],
  [
    'one key more',
    ofOneDelegation(({ delegations, delegation, choices }) => {
      const person = choices.of(people);
      delegations.keys[person.keyid] = person.json;
      delegation.keyids = [...new Set([...delegation.keyids, person.keyid])];
    }),
  ],
  [
    'a key that no role uses',
    ofOneDelegation(({ delegations, choices }) => {
      const person = choices.of(people);
      delegations.keys[person.keyid] = person.json;
    }),
  ],
  [
    'a key out of keys',
    ofOneDelegation(({ delegations, delegation }) => {
      Reflect.deleteProperty(delegations.keys, delegation.keyids[0] ?? '');
    }),
  ],
  [
    'another key under its keyid',
    ofOneDelegation(({ delegations, delegation, choices }) => {
      delegations.keys[delegation.keyids[0] ?? ''] = choices.of(people).json;
    }),
  ],
  [
    'a field more in a key',
    ofOneDelegation(({ delegations, delegation }) => {
      (delegations.keys[delegation.keyids[0] ?? ''] as JsonObject)['x-more'] = 1;
    }),
  ],
]);

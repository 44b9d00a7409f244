/** What people do with whole roles, root among them, done rightly. */
import fc from 'fast-check';
import type { JsonValue } from '../../../core/metadata/json.ts';
import type { Authority, Draft } from './draft.ts';
import { onlineKeys, people } from './key-ring.ts';
import type { Step } from './step.ts';

export const renew: Step = (draft, choices) => {
  const role = choices.of(['root', ...draft.roles()]);
  draft.edit(role);
  return `${role} is renewed`;
};

export const annotate: Step = (draft, choices) => {
  const role = choices.of(['root', ...draft.roles()]);
  draft.edit(role)['x-note'] = choices.draw(notes);
  return `${role} gets a field that no client knows`;
};

export const changeRootKey: Step = (draft, choices) => {
  const person = choices.of(people);
  const { keys, roles } = editRoot(draft);
  if (roles.root.keyids.includes(person.keyid)) return 'root is renewed';
  roles.root = { ...roles.root, keyids: [...roles.root.keyids.slice(1), person.keyid] };
  keys[person.keyid] = person.json;
  return 'a key of root is replaced';
};

export const changeTargetsKey: Step = (draft, choices) => {
  const person = choices.of(people);
  const { keys, roles } = editRoot(draft);
  roles.targets = { keyids: [person.keyid], threshold: 1 };
  keys[person.keyid] = person.json;
  draft.edit('targets');
  return 'targets changes hands';
};

export const changeOnlineKeys: Step = (draft, choices) => {
  const { keys, roles } = editRoot(draft);
  for (const role of ['snapshot', 'timestamp'] as const) {
    const key = choices.of(onlineKeys);
    roles[role] = { keyids: [key.keyid], threshold: 1 };
    keys[key.keyid] = key.json;
  }
  return 'the online keys are chosen anew';
};

interface RootJson {
  readonly keys: Record<string, JsonValue>;
  readonly roles: Record<'root' | 'targets' | 'snapshot' | 'timestamp', Authority>;
}

export function editRoot(draft: Draft): RootJson {
  return draft.edit('root') as unknown as RootJson;
}

/** What may stand anywhere in `signed`: no null, names and texts in ASCII. */
const notes = fc.letrec<{ value: JsonValue }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 3 },
    fc.boolean(),
    fc.maxSafeInteger(),
    fc.string(),
    fc.array(tie('value'), { maxLength: 3 }),
    fc.dictionary(fc.stringMatching(/^[ -@[-~]{0,6}$/), tie('value'), { maxKeys: 4 }),
  ),
})).value;

import { visible } from '../../error/error.ts';
import { nameOf } from './describe-keys.ts';
import { sign } from './describe-values.ts';
import { changeOf, keysIn, type ChangedRole, type Difference } from './role-change.ts';

/** So many things are named; `sign` shows all of them. */
const mostNamed = 3;

/** What a new version changes, in one line: `tools: + target tools/1.0/tool, ~ delegation to lamp`. */
export function changeSummary(role: ChangedRole): string {
  const { targets, delegations, keys, others } = changeOf(role);
  const isNew = role.before === undefined;
  const people = { ...keysIn(role.before), ...keysIn(role.after) };
  const delegated = role.after.type === 'root' ? 'signers of' : 'delegation to';
  const words = [
    ...targets.map((each) => wordsOf(each, 'target')),
    ...delegations.map((each) => wordsOf(each, delegated)),
    ...keys.map((each) => `${sign(each)} key of ${nameOf(each.name, people)}`),
    ...(isNew ? [] : others.map((each) => wordsOf(each, 'field'))),
  ];
  const more = words.length - mostNamed;
  const nothing = isNew ? 'new, and empty' : 'another expiry';
  const named = words.length === 0 ? [nothing] : words.slice(0, mostNamed);
  return `${visible(role.name)}: ${named.join(', ')}${more > 0 ? `, and ${more} more` : ''}`;
}

function wordsOf(difference: Difference<unknown>, what: string): string {
  return `${sign(difference)} ${what} ${visible(difference.name)}`;
}

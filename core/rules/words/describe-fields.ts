/** Fields of `signed` beside targets, delegations, keys and expiry, in words. */
import { visible } from '../../error/error.ts';
import { policyField } from '../../metadata/policy.ts';
import { repositoryField } from '../../metadata/repository-name.ts';
import { onlineField } from '../online-roles.ts';
import { fieldLine, strangeLine, textOf, textsOf } from './describe-values.ts';
import type { Difference } from './role-change.ts';

const knownFields = [
  'spec_version',
  'consistent_snapshot',
  repositoryField,
  policyField,
  'order of delegations',
];

/** The gate has every role say the same of these: in a new role they are nothing new. */
const sameInAll = ['spec_version', repositoryField];

/** @param isNew whether the role is; a policy with an unknown field does not even parse */
export function otherLines(field: Difference, isNew: boolean): readonly string[] {
  if (isNew && sameInAll.includes(field.name)) return [];
  if (field.name === onlineField) return onlineLines(field);
  const period = periods[field.name];
  if (period !== undefined && field.after !== undefined) return [periodLine(field, period)];
  return [field.name.startsWith('policy/') ? fieldLine(field) : strangeLine(field, knownFields)];
}

const periods: Readonly<Record<string, string>> = {
  'x-tuf-on-ci-expiry-period': 'days that each of its versions lives',
  'x-tuf-on-ci-signing-period': 'days before its end when the next one is to be signed',
};

function periodLine({ before, after }: Difference, words: string): string {
  const was = before === undefined ? '' : `, was ${textOf(before)}`;
  return `${textOf(after)} ${words}${was}`;
}

/** Who has a token for such a role decides what clients get from it. */
function onlineLines(field: Difference): readonly string[] {
  const [was, is] = [textsOf(field.before), textsOf(field.after)];
  const roles = [...new Set([...was, ...is])].filter(
    (role) => !was.includes(role) || !is.includes(role),
  );
  if (roles.length === 0) return [fieldLine(field)];
  return roles.map((role) =>
    is.includes(role)
      ? `+ ${visible(role)} is signed by the server, for whoever has a token for it: no person signs`
      : `- ${visible(role)} is no longer signed by the server`,
  );
}

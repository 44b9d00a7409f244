/**
 * A draft in words: what somebody sees before they sign it. Every text that comes from metadata is
 * made printable here, piece by piece, so that none of it can pass for a line of ours.
 */
import { visible } from '../../core/error/error.ts';
import { isObject, type JsonObject } from '../../core/metadata/json.ts';
import { onlineField } from '../../core/rules/online-roles.ts';
import { keyLines, nameOf } from './describe-keys.ts';
import { fieldLine, sign, textOf, textsOf } from './describe-values.ts';
import type { Draft } from './drafts.ts';
import type { Signing } from './sign-plan.ts';
import { changeOf, differences, keysIn, without, type Difference } from './role-change.ts';

/** Lines, the first naming role and versions, the others indented. */
export function describeDraft(draft: Draft, now: Date): readonly string[] {
  const change = changeOf(draft);
  const keys = { before: keysIn(draft.before), after: keysIn(draft.after) };
  const delegated = draft.after.type === 'root' ? 'signers of' : 'delegation to';
  const lines = [
    ...expiryLines(draft, now),
    ...change.targets.flatMap((target) => targetLines(target)),
    ...change.delegations.flatMap((delegation) => delegationLines(delegated, delegation, keys)),
    ...change.keys.flatMap((key) => keyLines(key)),
    ...change.others.flatMap((field) =>
      field.name === onlineField ? onlineLines(field) : [fieldLine(field)],
    ),
  ];
  return [headline(draft), ...lines.map((text) => `  ${text}`)];
}

/** The same, and who of this workspace is about to sign it. */
export function describeSigning(
  draft: Draft,
  plan: readonly Signing[],
  now: Date,
): readonly string[] {
  const signers = plan.filter((signing) => signing.draft === draft).map(({ owner }) => owner);
  const names = [...new Set(signers)].join(', ');
  const signing = names === '' ? [] : [`  to be signed by ${visible(names)}`];
  return [...describeDraft(draft, now), ...signing];
}

function headline({ name, before, after, file }: Draft): string {
  const version = after.signed.version;
  const step =
    before === undefined
      ? `new, version ${version}`
      : `version ${before.signed.version} → ${version}`;
  return `${visible(name)}: ${step} (${visible(file)})`;
}

const dayMs = 86_400_000;
const soonDays = 7;
const longDays = 400;

function expiryLines({ after }: Draft, now: Date): readonly string[] {
  const { expires } = after.signed;
  const days = Math.round((Date.parse(expires) - now.getTime()) / dayMs);
  const unusual = days < soonDays || days > longDays ? ' – unusual!' : '';
  return [`expires ${visible(expires)}, in ${days} days${unusual}`];
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

function targetLines(target: Difference<JsonObject>): readonly string[] {
  const { name, before, after } = target;
  const head = `${sign(target)} target ${visible(name)}`;
  if (after === undefined) return [head];
  const rest = differences(restOf(before), restOf(after));
  return [
    `${head}, ${textOf(after['length'])} bytes`,
    `    sha256 ${textOf(hashesOf(after)['sha256'])}`,
    ...rest.map((field) => `  ${fieldLine(field)}`),
  ];
}

/** What a target says beside its length and SHA-256. */
function restOf(target: JsonObject | undefined): JsonObject {
  const rest = without(target ?? {}, ['length', 'hashes']);
  const others = without(hashesOf(target ?? {}), ['sha256']);
  return Object.keys(others).length === 0 ? rest : { ...rest, 'other hashes': others };
}

function hashesOf(target: JsonObject): JsonObject {
  return isObject(target['hashes']) ? target['hashes'] : {};
}

function delegationLines(
  what: string,
  delegation: Difference<JsonObject>,
  keys: { readonly before: JsonObject; readonly after: JsonObject },
): readonly string[] {
  const { name, before, after } = delegation;
  const head = `${sign(delegation)} ${what} ${visible(name)}`;
  if (after === undefined) return [head];
  if (before === undefined) return [head, ...roleLines(after, keys.after)];
  const was = roleLines(before, keys.before).map((line) => `    was ${line.trim()}`);
  return [head, ...was, ...roleLines(after, keys.after)];
}

function roleLines(role: JsonObject, keys: JsonObject): readonly string[] {
  const people = textsOf(role['keyids']).map((keyid) => nameOf(keyid, keys));
  const end = role['terminating'] === true ? ', and nobody after it (terminating)' : '';
  const told = Array.isArray(role['paths']) ? ['terminating', 'paths'] : [];
  const others = without(role, ['name', 'keyids', 'threshold', ...told]);
  return [
    `    signed by ${textOf(role['threshold'])} of ${people.length}: ${people.join(', ')}`,
    ...(Array.isArray(role['paths'])
      ? [`    for ${textsOf(role['paths']).map(visible).join(', ')}${end}`]
      : []),
    ...differences({}, others).map((field) => `  ${fieldLine(field)}`),
  ];
}

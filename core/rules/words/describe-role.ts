/**
 * A new version of a role in words: what somebody sees before they sign it. Every text that comes from metadata is
 * made printable here, piece by piece, so that none of it can pass for a line of ours.
 */
import { visible } from '../../error/error.ts';
import { isObject, type JsonObject } from '../../metadata/json.ts';
import { delegationLines } from './describe-delegations.ts';
import { otherLines } from './describe-fields.ts';
import { keyLines } from './describe-keys.ts';
import { sign, strangeLine, textOf } from './describe-values.ts';
import {
  changeOf,
  differences,
  keysIn,
  rolesSignedBy,
  without,
  type ChangedRole,
  type Difference,
} from './role-change.ts';

/** By target path: where its file was found, in words. */
export type FoundFiles = ReadonlyMap<string, string>;

/**
 * Lines, the first naming role and versions, the others indented.
 * @param files where those of targets were found; absent: nobody has looked
 */
export function describeRole(role: ChangedRole, now: Date, files?: FoundFiles): readonly string[] {
  const { before, after } = role;
  const change = changeOf(role);
  const keys = { before: keysIn(before), after: keysIn(after) };
  const delegated = after.type === 'root' ? 'signers of' : 'delegation to';
  const lines = [
    ...expiryLines(role, now),
    ...change.targets.flatMap((target) => targetLines(target, files)),
    ...change.delegations.flatMap((delegation) => delegationLines(delegated, delegation, keys)),
    ...change.keys.flatMap((key) => keyLines(key, rolesSignedBy(key.name, after))),
    ...change.others.flatMap((field) => otherLines(field, before === undefined)),
  ];
  return [headline(role), ...lines.map((text) => `  ${text}`)];
}

function headline({ name, before, after, file }: ChangedRole): string {
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

function expiryLines({ after }: ChangedRole, now: Date): readonly string[] {
  const { expires } = after.signed;
  const days = Math.round((Date.parse(expires) - now.getTime()) / dayMs);
  const unusual = days < soonDays || days > longDays ? ' – unusual!' : '';
  return [`expires ${visible(expires)}, in ${days} days${unusual}`];
}

function targetLines(
  target: Difference<JsonObject>,
  files: FoundFiles | undefined,
): readonly string[] {
  const { name, before, after } = target;
  const head = `${sign(target)} target ${visible(name)}`;
  const was = before === undefined ? [] : [`    was ${contentWords(before)}`];
  if (after === undefined) return [head, ...was];
  const rest = differences(restOf(before), restOf(after));
  const place = files?.get(name);
  return [
    `${head}, ${textOf(after['length'])} bytes`,
    `    sha256 ${textOf(hashesOf(after)['sha256'])}`,
    ...(place === undefined ? [] : [`    checked: ${visible(place)}`]),
    ...(contentWords(before) === contentWords(after) ? [] : was),
    ...rest.map((field) => `  ${strangeLine(field, ['custom', 'other hashes'])}`),
  ];
}

function contentWords(target: JsonObject | undefined): string {
  if (target === undefined) return 'nothing';
  return `${textOf(target['length'])} bytes, sha256 ${textOf(hashesOf(target)['sha256'])}`;
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

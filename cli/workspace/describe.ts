/**
 * A draft in words: what somebody sees before they sign it. Every text that comes from metadata is
 * made printable here, piece by piece, so that none of it can pass for a line of ours.
 */
import { visible } from '../../core/error/error.ts';
import { isObject, type JsonObject, type JsonValue } from '../../core/metadata/json.ts';
import { keyOwner, parseKey, type KeyJson } from '../../core/metadata/keys.ts';
import type { Draft } from './drafts.ts';
import { changeOf, differences, without, type Difference } from './role-change.ts';

/** Lines, the first naming role and versions, the others indented. */
export function describeDraft(draft: Draft, now: Date): readonly string[] {
  const change = changeOf(draft);
  const keys = delegatedKeys(draft);
  const lines = [
    ...expiryLines(draft, now),
    ...change.targets.flatMap((target) => targetLines(target)),
    ...change.delegations.flatMap((delegation) => delegationLines(delegation, keys)),
    ...change.keys.flatMap((key) => keyLines(key)),
    ...change.others.map((field) => fieldLine(field)),
  ];
  return [headline(draft), ...lines.map((text) => `  ${text}`)];
}

/** `+` for what comes, `-` for what goes, `~` for what is another afterwards. */
function sign({ before, after }: Difference<unknown>): string {
  if (before === undefined) return '+';
  return after === undefined ? '-' : '~';
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

type NamedKeys = ReadonlyMap<string, KeyJson>;

function delegationLines(
  delegation: Difference<JsonObject>,
  keys: { readonly before: NamedKeys; readonly after: NamedKeys },
): readonly string[] {
  const { name, before, after } = delegation;
  const head = `${sign(delegation)} delegation to ${visible(name)}`;
  if (after === undefined) return [head];
  if (before === undefined) return [head, ...roleLines(after, keys.after)];
  const was = roleLines(before, keys.before).map((line) => `    was ${line.trim()}`);
  return [head, ...was, ...roleLines(after, keys.after)];
}

function roleLines(role: JsonObject, keys: NamedKeys): readonly string[] {
  const people = textsOf(role['keyids']).map((keyid) => nameOf(keyid, keys));
  const end = role['terminating'] === true ? ', and nobody after it (terminating)' : '';
  const others = without(role, ['name', 'keyids', 'threshold', 'terminating', 'paths']);
  return [
    `    signed by ${textOf(role['threshold'])} of ${people.length}: ${people.join(', ')}`,
    `    for ${textsOf(role['paths']).map(visible).join(', ')}${end}`,
    ...differences({}, others).map((field) => `  ${fieldLine(field)}`),
  ];
}

function keyLines(key: Difference<JsonObject>): readonly string[] {
  const { name, before, after } = key;
  const [was, is] = [before && keyWords(before), after && keyWords(after)];
  const head = `${sign(key)} key ${visible(name.slice(0, 8))}`;
  if (was !== undefined && is !== undefined) {
    return [`${head}: ANOTHER KEY under the same keyid`, `    was ${was}`, `    is  ${is}`];
  }
  return [`${head}: ${is ?? was ?? ''}`];
}

/** Owner, kind and fingerprint: the SHA-256 of the SubjectPublicKeyInfo, as `key show` prints it. */
function keyWords(json: JsonObject): string {
  try {
    const { fingerprint, scheme } = parseKey(json as KeyJson);
    return `${visible(keyOwner(json as KeyJson) ?? 'nobody named')}, ${scheme}, fingerprint ${fingerprint}`;
  } catch {
    return `a key that this version cannot read: ${textOf(json)}`;
  }
}

function nameOf(keyid: string, keys: NamedKeys): string {
  const json = keys.get(keyid);
  const owner = json && keyOwner(json);
  return visible(owner ?? `key ${keyid.slice(0, 8)}`);
}

function delegatedKeys({ before, after }: Draft): { before: NamedKeys; after: NamedKeys } {
  const keysOf = (signed: Draft['after']['signed'] | undefined) =>
    new Map(
      Object.entries(signed?.delegations?.keys ?? {}).map(
        ([keyid, key]) => [keyid, key.toJSON() as KeyJson] as const,
      ),
    );
  return { before: keysOf(before?.signed), after: keysOf(after.signed) };
}

function fieldLine({ name, before, after }: Difference): string {
  const [was, is] = [textOf(before), textOf(after)];
  if (before === undefined) return `+ ${visible(name)}: ${is}`;
  if (after === undefined) return `- ${visible(name)}: was ${was}`;
  return `~ ${visible(name)}: ${was} → ${is}`;
}

function textOf(value: JsonValue | undefined): string {
  if (value === undefined) return 'nothing';
  return visible(typeof value === 'string' ? value : JSON.stringify(value));
}

function textsOf(value: JsonValue | undefined): readonly string[] {
  return Array.isArray(value) ? value.map((entry) => (typeof entry === 'string' ? entry : '')) : [];
}

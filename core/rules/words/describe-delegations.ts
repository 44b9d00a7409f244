/**
 * Delegations in words. Of one that changed it is said what that means: who comes, goes or signs with
 * another key, how many must sign, which paths it gains or loses; then how it was and how it is.
 */
import { visible } from '../../error/error.ts';
import type { JsonObject } from '../../metadata/json.ts';
import { containsPattern } from '../path-rules.ts';
import { fingerprintIn, nameOf, ownerIn } from './describe-keys.ts';
import { fieldLine, sign, strangeLine, textOf, textsOf } from './describe-values.ts';
import { differences, without, type Difference } from './role-change.ts';

/** The keys that stand beside delegations, before and after. */
export interface KeysBeside {
  readonly before: JsonObject;
  readonly after: JsonObject;
}

export function delegationLines(
  what: string,
  delegation: Difference<JsonObject>,
  keys: KeysBeside,
): readonly string[] {
  const { name, before, after } = delegation;
  const head = `${sign(delegation)} ${what} ${visible(name)}`;
  if (after === undefined) return [head, ...past(before, keys)];
  if (before === undefined) return [head, ...roleLines(after, keys.after)];
  const meaning = [
    ...thresholdLines(before, after),
    ...signerLines(before, after, keys),
    ...pathLines(before, after),
  ].map((text) => `    ${text}`);
  return [head, ...meaning, ...past(before, keys), ...roleLines(after, keys.after)];
}

function past(role: JsonObject | undefined, keys: KeysBeside): readonly string[] {
  if (role === undefined) return [];
  return roleLines(role, keys.before).map((line) => `    was ${line.trim()}`);
}

function roleLines(role: JsonObject, keys: JsonObject): readonly string[] {
  const people = textsOf(role['keyids']).map((keyid) => nameOf(keyid, keys));
  const end = role['terminating'] === true ? ', and nobody after it (terminating)' : '';
  const hasPaths = Array.isArray(role['paths']);
  const others = without(role, [
    ...['name', 'keyids', 'threshold', 'path_hash_prefixes'],
    ...(hasPaths ? ['terminating', 'paths'] : []),
  ]);
  return [
    `    signed by ${textOf(role['threshold'])} of ${people.length}: ${people.join(', ')}`,
    ...(hasPaths ? [`    for ${textsOf(role['paths']).map(visible).join(', ')}${end}`] : []),
    ...differences({}, pick(role, 'path_hash_prefixes')).map((field) => `  ${fieldLine(field)}`),
    ...differences({}, others).map((field) => `  ${strangeLine(field, ['terminating'])}`),
  ];
}

function thresholdLines(before: JsonObject, after: JsonObject): readonly string[] {
  const [was, is] = [before['threshold'], after['threshold']];
  if (was === is) return [];
  const isLower = typeof was === 'number' && typeof is === 'number' && is < was;
  return [`${isLower ? 'FEWER' : 'more'} must sign: threshold ${textOf(was)} → ${textOf(is)}`];
}

function signerLines(before: JsonObject, after: JsonObject, keys: KeysBeside): readonly string[] {
  const [was, is] = [textsOf(before['keyids']), textsOf(after['keyids'])];
  const gone = new Set(was.filter((keyid) => !is.includes(keyid)));
  const come = is.filter((keyid) => !was.includes(keyid));
  const lines: string[] = [];
  for (const keyid of come) {
    const replaced = [...gone].find((old) => isReplacement(old, keyid, keys));
    if (replaced !== undefined) gone.delete(replaced);
    lines.push(comingLine(keyid, replaced, keys));
  }
  for (const keyid of gone) lines.push(`${nameOf(keyid, keys.before)} signs no more`);
  return lines;
}

/** The same person with another key, or the same key under another name. */
function isReplacement(old: string, keyid: string, { before, after }: KeysBeside): boolean {
  const owner = ownerIn(before, old);
  const fingerprint = fingerprintIn(before, old);
  const isSamePerson = owner !== undefined && owner === ownerIn(after, keyid);
  const isSameKey = fingerprint !== undefined && fingerprint === fingerprintIn(after, keyid);
  return isSamePerson || isSameKey;
}

function comingLine(keyid: string, replaced: string | undefined, keys: KeysBeside): string {
  const name = nameOf(keyid, keys.after);
  const is = fingerprintIn(keys.after, keyid) ?? 'unreadable';
  if (replaced === undefined) return `${name} signs from now on, fingerprint ${is}`;
  const was = fingerprintIn(keys.before, replaced) ?? 'unreadable';
  if (was === is) {
    return `the key of ${nameOf(replaced, keys.before)} is called ${name} from now on`;
  }
  return `${name} signs with ANOTHER KEY, fingerprint ${is}, was ${was}`;
}

/** Patterns are compared, not the paths of today: what is gained is gained for all that will come. */
function pathLines(before: JsonObject, after: JsonObject): readonly string[] {
  const [was, is] = [textsOf(before['paths']), textsOf(after['paths'])];
  const beyond = (paths: readonly string[], others: readonly string[]) =>
    paths.filter((path) => !others.some((other) => containsPattern(other, path)));
  const [gained, lost] = [beyond(is, was), beyond(was, is)];
  const list = (paths: readonly string[]) => paths.map(visible).join(', ');
  return [
    ...(gained.length === 0 ? [] : [`WIDER, also for ${list(gained)}`]),
    ...(lost.length === 0 ? [] : [`narrower, no more for ${list(lost)}`]),
  ];
}

function pick(json: JsonObject, name: string): JsonObject {
  const value = json[name];
  return value === undefined ? {} : { [name]: value };
}

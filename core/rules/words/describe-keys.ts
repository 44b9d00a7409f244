/** Keys in words: whose they are, and by what one tells them apart. */
import { TufOnGitError, visible } from '../../error/error.ts';
import { isObject, type JsonObject } from '../../metadata/json.ts';
import { keyOwner, parseKey, type KeyJson, type PublicKey } from '../../metadata/keys.ts';
import { sign, textOf } from './describe-values.ts';
import type { Difference } from './role-change.ts';

/** @param roles those that the key signs, by the file that carries it */
export function keyLines(key: Difference<JsonObject>, roles: readonly string[]): readonly string[] {
  const { name, before, after } = key;
  const [was, is] = [before && keyWords(before), after && keyWords(after)];
  const head = `${sign(key)} key ${visible(name.slice(0, 8))}`;
  const use =
    roles.length === 0 ? 'no role is signed by it' : `signs ${roles.map(visible).join(', ')}`;
  if (was !== undefined && is !== undefined) {
    return [`${head}: ANOTHER KEY under the same keyid; ${use}`, `    was ${was}`, `    is  ${is}`];
  }
  return [`${head}: ${is ?? was ?? ''}${after === undefined ? '' : `; ${use}`}`];
}

/** Owner, kind and fingerprint: the SHA-256 of the SubjectPublicKeyInfo, as `key show` prints it. */
export function keyWords(json: JsonObject): string {
  const key = readable(json);
  if (key === undefined) return `a key that this version cannot read: ${textOf(json)}`;
  const owner = visible(keyOwner(json as KeyJson) ?? 'nobody named');
  return `${owner}, ${key.scheme}, fingerprint ${key.fingerprint}`;
}

/** The person behind a keyid, or its beginning. @param keys those of the file that names it */
export function nameOf(keyid: string, keys: JsonObject): string {
  return visible(ownerIn(keys, keyid) ?? `key ${keyid.slice(0, 8)}`);
}

export function ownerIn(keys: JsonObject, keyid: string): string | undefined {
  const json = keyIn(keys, keyid);
  return json && keyOwner(json as KeyJson);
}

/** Undefined for a key that is not there, or that this version cannot read. */
export function fingerprintIn(keys: JsonObject, keyid: string): string | undefined {
  const json = keyIn(keys, keyid);
  return json && readable(json)?.fingerprint;
}

function keyIn(keys: JsonObject, keyid: string): JsonObject | undefined {
  const json = Object.hasOwn(keys, keyid) ? keys[keyid] : undefined;
  return isObject(json) ? json : undefined;
}

function readable(json: JsonObject): PublicKey | undefined {
  try {
    return parseKey(json as KeyJson);
  } catch (error) {
    if (error instanceof TufOnGitError || error instanceof TypeError) return undefined;
    throw error;
  }
}

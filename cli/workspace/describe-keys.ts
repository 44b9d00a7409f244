/** Keys in words: whose they are, and by what one tells them apart. */
import { visible } from '../../core/error/error.ts';
import { isObject, type JsonObject } from '../../core/metadata/json.ts';
import { keyOwner, parseKey, type KeyJson } from '../../core/metadata/keys.ts';
import { sign, textOf } from './describe-values.ts';
import type { Difference } from './role-change.ts';

export function keyLines(key: Difference<JsonObject>): readonly string[] {
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

/** The person behind a keyid, or its beginning. @param keys those of the file that names it */
export function nameOf(keyid: string, keys: JsonObject): string {
  const json = Object.hasOwn(keys, keyid) ? keys[keyid] : undefined;
  const owner = isObject(json) ? keyOwner(json as KeyJson) : undefined;
  return visible(owner ?? `key ${keyid.slice(0, 8)}`);
}

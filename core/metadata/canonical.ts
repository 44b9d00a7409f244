/**
 * The canonical form of JSON (TUF 1.0.34 §4.1, OLPC's): what signatures are over and keyids are made
 * of. Names in the order of their code points, no white space, and in texts only `"` and `\` escaped,
 * so that a control character stands there as itself.
 *
 * Two values that differ never have one form. So there is none for what JavaScript or UTF-8 would
 * round to something else: a number that is no integer within ±(2^53 - 1), and half of a surrogate pair.
 */
import { fault } from '../error/error.ts';
import { isObject, type JsonObject, type JsonValue } from './json.ts';

/**
 * As UTF-8. Recurses: what comes from strangers goes through `refuseDepth` first.
 * @param where what to call the value in an error
 * @throws `json.number`, `json.text`
 */
export function canonicalBytes(json: JsonValue, where: string): Uint8Array {
  return Buffer.from(canonicalText(json, where));
}

/** The same as text. @throws as `canonicalBytes` */
export function canonicalText(json: JsonValue, where: string): string {
  if (typeof json === 'string') return text(json, where);
  if (typeof json === 'number') return integer(json, where);
  if (Array.isArray(json)) return `[${json.map((value) => canonicalText(value, where)).join(',')}]`;
  return isObject(json) ? object(json, where) : String(json);
}

function object(json: JsonObject, where: string): string {
  const fields = inOrder(Object.keys(json)).map(
    (name) => `${text(name, where)}:${canonicalText(json[name] ?? null, where)}`,
  );
  return `{${fields.join(',')}}`;
}

function integer(value: number, where: string): string {
  if (Number.isSafeInteger(value)) return String(value);
  throw fault('json.number', where, 'only integers within ±(2^53 - 1) have a canonical form');
}

function text(value: string, where: string): string {
  if (/\p{Cs}/u.test(value)) {
    throw fault('json.text', where, 'a lone surrogate has no canonical form');
  }
  return `"${value.replaceAll(/["\\]/g, '\\$&')}"`;
}

/** JavaScript sorts by UTF-16 unit, which puts what is beyond U+FFFF before U+E000. */
function inOrder(names: string[]): readonly string[] {
  const sorted = names.sort();
  if (!sorted.some((name) => /[\ud800-\udfff]/.test(name))) return sorted;
  return sorted.sort((one, other) => Buffer.compare(Buffer.from(one), Buffer.from(other)));
}

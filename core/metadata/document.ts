import { fault } from '../error/error.ts';
import { canonicalBytes } from './canonical.ts';
import { isObject, type JsonObject, type JsonValue } from './json.ts';
import { fromJson, type RoleType, type SignedOf } from './model.ts';

export { canonicalBytes } from './canonical.ts';

/** One entry of `signatures`: TUF 1.0.34 §4.2.1. Nothing has been verified about it. */
export interface RoleSignature {
  readonly keyid: string;
  readonly sig: string;
}

/** A metadata file, parsed and of the right shape; its signatures are still to be verified. */
export interface Document<T extends RoleType = RoleType> {
  readonly type: T;
  /** The file, byte for byte as it came. */
  readonly bytes: Uint8Array;
  readonly signed: SignedOf[T];
  readonly signedJson: JsonObject;
  /** The canonical form of `signed` as it came: what signatures are over. @throws `json.number`, `json.text` */
  readonly signedBytes: Uint8Array;
  readonly signatures: readonly RoleSignature[];
}

/**
 * Reads a metadata file the way a client must: leniently about what is unknown, strictly about what
 * is known. The gate puts `strict-json.ts` before it.
 * @param where what to call the file in an error
 * @throws `json.*` when this is no JSON of the right shape, `role.type` when it is another role's,
 *   `signature.duplicate` when a keyid signs twice (TUF 1.0.34 §4.2.1)
 */
export function parseDocument<T extends RoleType>(
  type: T,
  bytes: Uint8Array,
  where: string = type,
): Document<T> {
  return documentOf(type, parseJson(bytes, where), bytes, where);
}

/** The same for a file that was read as JSON already. @throws as `parseDocument` does */
export function documentOf<T extends RoleType>(
  type: T,
  envelope: JsonValue,
  bytes: Uint8Array,
  where: string,
): Document<T> {
  const signedJson = isObject(envelope) ? envelope['signed'] : undefined;
  if (!isObject(envelope) || !isObject(signedJson) || !Array.isArray(envelope['signatures'])) {
    throw fault('json.envelope', where, 'this is not {"signed": {…}, "signatures": […]}');
  }
  if (signedJson['_type'] !== type) {
    throw fault('role.type', where, `the file is not of type ${type}`);
  }
  // Made when it is asked for: of the many files that are only followed, no signature is verified.
  let canonical: Uint8Array | undefined;
  return {
    type,
    bytes,
    signed: shaped(type, signedJson, where),
    signedJson,
    get signedBytes() {
      canonical ??= canonicalBytes(signedJson, where);
      return canonical;
    },
    signatures: parseSignatures(envelope['signatures'], where),
  };
}

/** A metadata file out of its parts, in the pretty form that people read and git diffs. */
export function formatDocument(
  signed: JsonObject,
  signatures: readonly RoleSignature[],
): Uint8Array {
  return Buffer.from(`${JSON.stringify({ signed, signatures }, null, 2)}\n`);
}

function parseJson(bytes: Uint8Array, where: string): JsonValue {
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch (cause) {
    throw fault('json.utf8', where, 'the file is not UTF-8', { cause });
  }
  let value: JsonValue;
  try {
    value = JSON.parse(text) as JsonValue;
  } catch (cause) {
    throw fault('json.syntax', where, 'the file is not JSON', { cause });
  }
  refuseDepth(value, where);
  return value;
}

const maxDepth = 64;

/**
 * Canonical form and model recurse; a document that nests without end must not reach them.
 * @throws `json.too-deep`, `json.key`
 */
export function refuseDepth(value: JsonValue, where: string): void {
  let level: JsonValue[] = [value];
  for (let depth = 0; level.length > 0; depth += 1) {
    if (depth > maxDepth) throw fault('json.too-deep', where, `nested beyond ${maxDepth} levels`);
    const next: JsonValue[] = [];
    for (const entry of level) {
      if (typeof entry !== 'object' || entry === null) continue;
      if (Object.hasOwn(entry, '__proto__')) {
        throw fault('json.key', where, '__proto__ is no name here');
      }
      for (const child of Object.values(entry)) {
        if (typeof child === 'object' && child !== null) next.push(child);
      }
    }
    level = next;
  }
}

function shaped<T extends RoleType>(type: T, json: JsonObject, where: string): SignedOf[T] {
  try {
    return fromJson[type](json);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : 'unreadable';
    throw fault('json.shape', where, reason, { cause });
  }
}

function parseSignatures(list: readonly JsonValue[], where: string): readonly RoleSignature[] {
  const seen = new Set<string>();
  return list.map((entry) => {
    const keyid = isObject(entry) ? entry['keyid'] : undefined;
    const sig = isObject(entry) ? entry['sig'] : undefined;
    if (typeof keyid !== 'string' || typeof sig !== 'string') {
      throw fault('signature.form', where, 'a signature is {"keyid": …, "sig": …}');
    }
    if (seen.has(keyid)) {
      throw fault('signature.duplicate', where, `keyid ${keyid.slice(0, 8)} signs twice`);
    }
    seen.add(keyid);
    return { keyid, sig };
  });
}

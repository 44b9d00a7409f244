import { canonicalize } from '@tufjs/canonical-json';
import { fault, type TufOnGitError } from '../../core/error/error.ts';
import { isObject, type JsonObject, type JsonValue } from '../../core/metadata/json.ts';
import { maxSignedBytes, type OnlineRole } from './protocol.ts';

/** What the signer has to know of whatever it signs: TUF 1.0.34 §4.3. */
export interface SignedMetadata {
  readonly signed: JsonObject;
  readonly version: number;
  readonly expires: Date;
}

/** What it has to know of a snapshot or timestamp: TUF 1.0.34 §4.4, §4.6. */
export interface OnlineMetadata extends SignedMetadata {
  readonly role: OnlineRole;
  /** Versions by file name, as `{ "targets.json": 3 }`; of a timestamp, only `snapshot.json`. */
  readonly versions: ReadonlyMap<string, number>;
}

/** @throws `signer.refused` for bytes that are not exactly the canonical form of such a role */
export function readOnlineMetadata(role: OnlineRole, bytes: Uint8Array): OnlineMetadata {
  const metadata = readSigned(role, role, bytes);
  return { role, ...metadata, versions: readVersions(role, metadata.signed['meta']) };
}

/**
 * Reads what is to be signed, with no help from the code that made it.
 * @throws `signer.refused` for bytes that are not exactly the canonical form of that type
 */
export function readSigned(type: string, role: string, bytes: Uint8Array): SignedMetadata {
  const signed = canonicalJson(bytes);
  if (!isObject(signed) || signed['_type'] !== type) throw refused(role, `this is no ${type}`);
  const { version } = signed;
  if (!isVersion(version)) throw refused(role, 'its version is not between 1 and 2^31-1');
  return { signed, version, expires: readExpires(role, signed) };
}

/** @returns the error by which the signer says no */
export function refused(where: string, message: string, hint?: string): TufOnGitError {
  return fault('signer.refused', where, message, hint === undefined ? {} : { hint });
}

/** One text, one meaning: whatever else these bytes could be parsed as, they are not signed. */
function canonicalJson(bytes: Uint8Array): JsonValue {
  if (bytes.length > maxSignedBytes) throw refused('request', 'this is too large to be signed');
  try {
    const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
    const value = JSON.parse(text) as JsonValue;
    if (canonicalize(value) === text) return value;
  } catch (cause) {
    throw fault('signer.refused', 'request', 'these bytes are not JSON', { cause });
  }
  throw refused('request', 'these bytes are not in canonical form');
}

function readVersions(role: OnlineRole, meta: JsonValue | undefined): Map<string, number> {
  if (!isObject(meta)) throw refused(role, 'it has no meta');
  const versions = new Map<string, number>();
  for (const [name, file] of Object.entries(meta)) {
    const version = isObject(file) ? file['version'] : undefined;
    if (!name.endsWith('.json') || !isVersion(version)) {
      throw refused(role, 'an entry of its meta has no file name or no version');
    }
    versions.set(name, version);
  }
  const needed = role === 'snapshot' ? 'targets.json' : 'snapshot.json';
  const isRight = versions.has(needed) && (role === 'snapshot' || versions.size === 1);
  if (!isRight) throw refused(role, `its meta does not list ${needed} as it must`);
  return versions;
}

function isVersion(value: JsonValue | undefined): value is number {
  return Number.isInteger(value) && Number(value) >= 1 && Number(value) < 2 ** 31;
}

/** `YYYY-MM-DDTHH:MM:SSZ`, and a day that exists. */
function readExpires(role: string, { expires }: JsonObject): Date {
  const date = new Date(typeof expires === 'string' ? expires : Number.NaN);
  const isReal = !Number.isNaN(date.getTime());
  if (isReal && date.toISOString().replace('.000Z', 'Z') === expires) return date;
  throw refused(role, 'its expires is no date and time in UTC');
}

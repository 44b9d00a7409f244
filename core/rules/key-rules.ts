/** Keys that every client of the policy can use, each under its one right keyid. */
import { TufOnGitError } from '../error/error.ts';
import { computeKeyId, keyJson, parseKey, type KeyJson, type PublicKey } from '../metadata/keys.ts';
import type { Client, Policy } from '../metadata/policy.ts';
import type { Key } from '../metadata/tufjs.ts';
import { finding, findingOf, type RuleFinding } from './verdict.ts';

/** The keys of one file: those of root, or those beside its delegations. */
export function* checkKeys(
  file: string,
  keys: Readonly<Record<string, Key>>,
  policy: Policy,
): Iterable<RuleFinding> {
  yield* checkKeyIds(file, keys);
  const keyids = new Map<string, string>();
  for (const [keyid, model] of Object.entries(keys)) {
    const where = placeOf(file, keyid);
    const json = model.toJSON() as KeyJson;
    const key = readKey(json, keyid, file);
    if ('code' in key) {
      yield key;
      continue;
    }
    yield* checkForm(where, key, policy.clients);
    const twin = keyids.get(key.fingerprint);
    if (twin !== undefined) {
      yield finding('key.same-key', where, `this public key is already there as ${twin}`);
    }
    keyids.set(key.fingerprint, keyid.slice(0, 8));
  }
}

/** No other key stands under the keyid that people know one by. */
export function* checkKeyIds(
  file: string,
  keys: Readonly<Record<string, Key>>,
): Iterable<RuleFinding> {
  for (const [keyid, model] of Object.entries(keys)) {
    const right = computeKeyId(model.toJSON() as KeyJson);
    if (right === keyid) continue;
    const message = 'the keyid is not the SHA-256 of the key';
    yield finding('key.id', placeOf(file, keyid), message, `make it ${right}`);
  }
}

function placeOf(file: string, keyid: string): string {
  return `${file}, key ${keyid.slice(0, 8)}`;
}

/** Clients verify every signature of a role, and each takes time with the length of the role. */
const maxKeysOfRole = 256;

export function* checkKeyCount(
  where: string,
  { length }: readonly string[],
): Iterable<RuleFinding> {
  if (length <= maxKeysOfRole) return;
  yield finding('delegation.form', where, `${length} keys; a role has ${maxKeysOfRole} at most`);
}

function readKey(json: KeyJson, keyid: string, file: string): PublicKey | RuleFinding {
  try {
    return parseKey(json, keyid);
  } catch (error) {
    if (!(error instanceof TufOnGitError)) throw error;
    const { code, message, hint } = findingOf(error);
    return finding(code, `${file}, ${error.where}`, message, hint);
  }
}

function* checkForm(
  where: string,
  key: PublicKey,
  clients: readonly Client[],
): Iterable<RuleFinding> {
  const { scheme, json, object } = key;
  const isP384 = scheme === 'ecdsa-sha2-nistp384' && !clients.includes('tuf-js');
  if (scheme !== 'ed25519' && scheme !== 'ecdsa-sha2-nistp256' && scheme !== 'rsassa-pss-sha256') {
    if (!isP384) yield finding('key.unsupported', where, `${scheme}: not every client knows it`);
    return;
  }
  if (json.keytype !== keyJson(object, scheme).keytype) {
    yield finding('key.unsupported', where, `key type ${json.keytype}: not every client knows it`);
  }
  if (json.keyval.public !== keyJson(object, scheme).keyval.public) {
    yield finding('key.form', where, 'the public value is not in its one canonical form');
  }
  if (scheme === 'ed25519') yield* checkPoint(where, keyJson(object, scheme).keyval.public);
  if (scheme === 'rsassa-pss-sha256') yield* checkRsa(where, key);
}

function* checkRsa(where: string, { object }: PublicKey): Iterable<RuleFinding> {
  const { modulusLength = 0, publicExponent } = object.asymmetricKeyDetails ?? {};
  if (modulusLength < 2048 || modulusLength > 8192) {
    yield finding(
      'key.unsupported',
      where,
      `an RSA key has 2048 to 8192 bits, not ${modulusLength}`,
    );
  }
  if (publicExponent !== 65537n) {
    yield finding('key.unsupported', where, 'the exponent of an RSA key is 65537');
  }
}

const p25519 = 2n ** 255n - 19n;

/** The y-coordinates of the points of order 8, as little-endian hex without the sign bit. */
const order8 = [
  '26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05',
  'c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a',
].map(littleEndian);
const smallOrder: readonly bigint[] = [0n, 1n, p25519 - 1n, ...order8];

/**
 * A small-order point verifies one constant forgery for any message (RFC 8032 leaves that check to
 * whoever accepts keys); a y of 2^255 - 19 or more is a second spelling of another point.
 */
function* checkPoint(where: string, hex: string): Iterable<RuleFinding> {
  const y = littleEndian(hex) & (2n ** 255n - 1n);
  if (y >= p25519 || smallOrder.includes(y)) {
    yield finding('key.form', where, 'the Ed25519 point is of small order or not canonical');
  }
}

function littleEndian(hex: string): bigint {
  return BigInt(`0x${Buffer.from(hex, 'hex').reverse().toString('hex')}`);
}

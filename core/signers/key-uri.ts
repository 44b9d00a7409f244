import { fault, type TufOnGitError } from '../error/error.ts';

/** Where a PIN or passphrase is read from when nobody is asked; `fd:N` is our own extension. */
export type PinSource =
  { readonly kind: 'file'; readonly path: string } | { readonly kind: 'fd'; readonly fd: number };

/** `file:/path/key.json[?pin-source=…]`. */
export interface FileKeyUri {
  readonly kind: 'file';
  readonly path: string;
  readonly pinSource?: PinSource;
}

/** `pkcs11:token=NAME;object=LABEL[;id=%01…][;serial=…][?pin-source=…]` (RFC 7512). */
export interface TokenKeyUri {
  readonly kind: 'pkcs11';
  readonly token: string;
  /** CKA_LABEL of the key. */
  readonly object?: string;
  /** CKA_ID of the key, in lower-case hex. */
  readonly id?: string;
  readonly serial?: string;
  readonly pinSource?: PinSource;
}

/** A private key, named. At least one of `object` and `id` is there. */
export type KeyUri = FileKeyUri | TokenKeyUri;

/**
 * Reads a key URI. Percent-encoding is decoded once, and nothing is accepted that it would leave
 * unclear: unknown or repeated attributes, broken encoding, control characters.
 * @throws `signer.uri`
 */
export function parseKeyUri(text: string): KeyUri {
  const { scheme, path, query } = split(text);
  const pinSource = parseQuery(query, text);
  const uri = scheme === 'file' ? parseFile(path, text) : parseToken(path, text);
  return pinSource === undefined ? uri : { ...uri, pinSource };
}

/** The URI as text; `parseKeyUri` gives the same value back. */
export function formatKeyUri(uri: KeyUri): string {
  if (uri.pinSource === undefined) return keyName(uri);
  return `${keyName(uri)}?pin-source=${formatSource(uri.pinSource)}`;
}

/** The URI without the place of its secret: what errors call a key. */
export function keyName(uri: KeyUri): string {
  if (uri.kind === 'file') return `file:${encode(uri.path)}`;
  const parts = [`token=${encode(uri.token)}`];
  if (uri.serial !== undefined) parts.push(`serial=${encode(uri.serial)}`);
  if (uri.object !== undefined) parts.push(`object=${encode(uri.object)}`);
  if (uri.id !== undefined) parts.push(`id=${uri.id.replace(/../g, '%$&')}`);
  return `pkcs11:${parts.join(';')}`;
}

/** What may stand unencoded: pk11-pchar and pk11-qchar of RFC 7512 §2.3; files may hold more. */
const unencoded = {
  file: /^[^?#\p{Cc}\p{Cf}\p{Cs}]+$/u,
  path: /^[A-Za-z0-9\-._~:[\]@!$'()*+,=&%]*$/,
  query: /^[A-Za-z0-9\-._~:[\]@!$'()*+,=/?|%]*$/,
};

/** Longest value of a PKCS#11 text field, in bytes: CK_TOKEN_INFO of PKCS#11 2.40. */
const longest: Record<string, number> = { token: 32, serial: 16, object: 255, id: 255 };

function split(text: string): { scheme: 'file' | 'pkcs11'; path: string; query?: string } {
  const { scheme, path, query } =
    /^(?<scheme>file|pkcs11):(?<path>[^?]*)(?:\?(?<query>[^]*))?$/.exec(text)?.groups ?? {};
  if (scheme === undefined || path === undefined) {
    throw bad('a key is named file:PATH or pkcs11:token=NAME;object=LABEL');
  }
  const known = scheme === 'file' ? scheme : 'pkcs11';
  return query === undefined ? { scheme: known, path } : { scheme: known, path, query };
}

function parseFile(path: string, text: string): FileKeyUri {
  return { kind: 'file', path: filePath(path, text) };
}

function parseToken(path: string, text: string): TokenKeyUri {
  const values = attributes(path, ';', unencoded.path, text);
  for (const name of values.keys()) refuseUnknown(name, ['token', 'serial', 'object', 'id']);
  const token = textValue(values, 'token');
  const serial = textValue(values, 'serial');
  const object = textValue(values, 'object');
  const id = values.get('id')?.toString('hex');
  if (token === undefined) throw bad('token=NAME is missing', hideQuery(text));
  if (object === undefined && id === undefined) {
    throw bad('object=LABEL or id=%01… is missing', hideQuery(text));
  }
  return {
    kind: 'pkcs11',
    token,
    ...(object === undefined ? {} : { object }),
    ...(id === undefined ? {} : { id }),
    ...(serial === undefined ? {} : { serial }),
  };
}

function parseQuery(query: string | undefined, text: string): PinSource | undefined {
  if (query === undefined) return undefined;
  const values = attributes(query, '&', unencoded.query, text);
  for (const name of values.keys()) refuseUnknown(name, ['pin-source']);
  const source = textValue(values, 'pin-source') ?? '';
  const fd = /^fd:(\d{1,4})$/.exec(source)?.[1];
  if (fd !== undefined) return { kind: 'fd', fd: Number(fd) };
  if (!source.startsWith('file:')) {
    throw bad('pin-source is file:PATH or fd:N', hideQuery(text));
  }
  return { kind: 'file', path: plainPath(source.slice('file:'.length), text) };
}

/** `name=value` pairs, values decoded to bytes. */
function attributes(
  part: string,
  separator: string,
  allowed: RegExp,
  text: string,
): Map<string, Buffer> {
  const values = new Map<string, Buffer>();
  for (const pair of part.split(separator)) {
    const equals = pair.indexOf('=');
    if (equals < 1) throw bad('an attribute is not name=value', hideQuery(text));
    const name = pair.slice(0, equals);
    const value = pair.slice(equals + 1);
    if (values.has(name)) throw bad('an attribute is given twice', hideQuery(text));
    if (!allowed.test(value)) throw bad('a character must be percent-encoded', hideQuery(text));
    values.set(name, decode(value, text));
  }
  for (const [name, value] of values) {
    if (value.length === 0 || value.length > (longest[name] ?? 4096)) {
      throw bad('an attribute is empty or too long', hideQuery(text));
    }
  }
  return values;
}

const reasons: Record<string, string> = {
  'module-path': 'the PKCS#11 module is a setting, never part of a key URI',
  'module-name': 'the PKCS#11 module is a setting, never part of a key URI',
  'pin-value': 'a PIN never stands in a URI: use pin-source=file:PATH',
};

function refuseUnknown(name: string, known: readonly string[]): void {
  if (known.includes(name)) return;
  const reason = Object.hasOwn(reasons, name) ? reasons[name] : undefined;
  throw bad(reason ?? `an unknown attribute; known here: ${known.join(', ')}`);
}

function textValue(values: ReadonlyMap<string, Buffer>, name: string): string | undefined {
  const value = values.get(name);
  return value === undefined ? undefined : utf8(value);
}

function filePath(encoded: string, text: string): string {
  if (!unencoded.file.test(encoded)) {
    throw bad('the path is empty, or a character in it must be percent-encoded', hideQuery(text));
  }
  return plainPath(utf8(decode(encoded, text)), text);
}

/** A path after decoding. `file:///x` is `/x` (RFC 8089); another host is nobody's file of ours. */
function plainPath(path: string, text: string): string {
  const local = path.startsWith('///') ? path.slice(2) : path;
  if (local.startsWith('//')) throw bad('a file of another host', hideQuery(text));
  if (local === '') throw bad('the path is empty', hideQuery(text));
  return local;
}

function decode(text: string, uri: string): Buffer {
  if (/%(?![0-9A-Fa-f]{2})/.test(text)) throw bad('broken percent-encoding', hideQuery(uri));
  const parts = text.split(/(%[0-9A-Fa-f]{2})/);
  return Buffer.concat(
    parts.map((part, n) =>
      Buffer.from(n % 2 === 1 ? part.slice(1) : part, n % 2 === 1 ? 'hex' : 'utf8'),
    ),
  );
}

function utf8(bytes: Uint8Array): string {
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch (cause) {
    throw bad('a value is not UTF-8', undefined, cause);
  }
  if (/[\p{Cc}\p{Cf}]/u.test(text)) throw bad('a control character');
  return text;
}

function formatSource(source: PinSource): string {
  return source.kind === 'fd' ? `fd:${source.fd}` : `file:${encode(source.path)}`;
}

function encode(text: string): string {
  return encodeURIComponent(text).replace(/%2F/g, '/');
}

/** A query may hold what somebody took for a place of a PIN: errors never repeat it. */
function hideQuery(text: string): string {
  return text.split('?')[0] ?? '';
}

function bad(message: string, where = 'key URI', cause?: unknown): TufOnGitError {
  const hint = 'such as file:alice.json or pkcs11:token=tuf;object=online?pin-source=file:/etc/pin';
  return fault('signer.uri', where, message, { hint, cause });
}

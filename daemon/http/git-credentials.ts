/** Longer than any token; what is longer is not looked at. */
const MAX_HEADER_CHARS = 1024;

/**
 * The token of an `Authorization` header: `Bearer <token>` (RFC 6750 §2.1), or the password of
 * `Basic` (RFC 7617), which is all that plain git can send; its user name is free.
 */
export function tokenOf(authorization: string | undefined): string | undefined {
  if (authorization === undefined || authorization.length > MAX_HEADER_CHARS) return undefined;
  const [, scheme = '', value = ''] = /^(\S+) +(\S+)$/.exec(authorization.trim()) ?? [];
  if (scheme.toLowerCase() === 'bearer') return value;
  return scheme.toLowerCase() === 'basic' ? passwordOf(value) : undefined;
}

function passwordOf(base64: string): string | undefined {
  const pair = Buffer.from(base64, 'base64').toString('utf8');
  const colon = pair.indexOf(':');
  return colon < 0 || colon === pair.length - 1 ? undefined : pair.slice(colon + 1);
}

import { fault } from '../../error/error.ts';

/**
 * Plain HTTP would show a token to everybody on the way, unless there is no way.
 * @throws `repository.refused`
 */
export function requirePrivate(url: string): void {
  const { protocol, hostname } = new URL(url);
  const isHere =
    hostname === 'localhost' || hostname === '[::1]' || /^127(\.\d+){3}$/.test(hostname);
  if (protocol === 'https:' || isHere) return;
  throw fault('repository.refused', url, 'a token is not sent over plain HTTP', {
    hint: 'use the https address of the server',
  });
}

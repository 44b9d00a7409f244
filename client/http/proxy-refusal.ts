import { fault, type TufOnGitError } from '../../core/error/error.ts';

/** The proxy will not have it: another attempt would not change its mind. */
export function proxyRefusal(proxy: string, message: string, status: number): TufOnGitError {
  const hint =
    status === 407
      ? 'it wants a name and a password: put them into the variable, http://USER:PASSWORD@HOST:PORT'
      : 'ask whoever runs the proxy, or exempt the host with NO_PROXY';
  return fault('download.proxy', proxy, message, { hint });
}

import { isSha256 } from '../../../core/blobs/blob-store.ts';
import { fault } from '../../../core/error/error.ts';
import { Refusal } from '../problems.ts';
import type { ApiRequest } from '../route.ts';

/** One file, and the token that asks for it or sends it. */
export interface AskedBlob {
  readonly token: string;
  readonly sha256: string;
}

/** Of a request below `/blobs/{sha256}`, on a route that needs a token. @throws Refusal 400 */
export function askedBlob({ params, token }: ApiRequest): AskedBlob {
  const { sha256 = '' } = params;
  if (token === undefined) throw new RangeError('the route has no scope');
  if (isSha256(sha256)) return { token: token.name, sha256 };
  const message = 'it must be a SHA-256 in lower-case hex';
  throw new Refusal(400, [fault('request.form', 'sha256', message)]);
}

import { createHash, randomBytes } from 'node:crypto';
import { fault } from '../../../core/error/error.ts';
import type { TokenRecord } from '../../../core/home/tokens.ts';
import type { Clock } from '../../clock.ts';
import { Refusal } from '../problems.ts';
import type { ApiRequest } from '../route.ts';
import type { SentChange } from './make-commit.ts';

interface Content {
  readonly ref: string;
  /** The body, as it came. */
  readonly bytes: Buffer;
  readonly make: SentChange['wanted'];
}

/** A request as a change, for a token that was asked for. @throws Refusal 400 */
export function sentChange(
  request: ApiRequest,
  { ref, bytes, make }: Content,
  clock: Clock,
): SentChange {
  const token = tokenOf(request);
  const key = request.ctx.get('Idempotency-Key');
  if (key.length > 256) {
    throw new Refusal(400, [fault('request.form', 'Idempotency-Key', 'it is too long')]);
  }
  // The path is part of it, for what is sent to two places is no repetition.
  const body = createHash('sha256').update(`${request.ctx.path}\0`).update(bytes).digest('hex');
  return {
    id: key === '' ? randomBytes(16).toString('hex') : idOf(token, key),
    mayRepeat: key !== '',
    body,
    ref,
    token,
    sentAt: clock.now(),
    weight: bytes.length,
    wanted: make,
  };
}

/** A key is its token's own: nobody learns of others by guessing. */
function idOf({ name }: TokenRecord, key: string): string {
  return createHash('sha256').update(`${name}\0${key}`).digest('hex').slice(0, 32);
}

/** @throws Refusal 401 */
export function tokenOf({ token }: ApiRequest): TokenRecord {
  if (token !== undefined) return token;
  throw new Refusal(401, [fault('token.required', 'Authorization', 'send a token')]);
}

export function notFor(token: TokenRecord, scope: string): Refusal {
  return new Refusal(403, [fault('token.scope', token.name, `the token is not for ${scope}`)]);
}

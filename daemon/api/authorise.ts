import type { Context } from 'koa';
import { fault } from '../../core/error/error.ts';
import { findToken, hasScope, type TokenRecord } from '../../core/home/tokens.ts';
import type { Clock } from '../clock.ts';
import { tokenOf } from '../http/git-credentials.ts';
import { Refusal } from './problems.ts';
import type { Admittance } from './route.ts';

export interface Admission {
  /** HOME/tokens.json */
  readonly tokensFile: string;
  readonly clock: Clock;
}

/**
 * Who asks. A token that is sent must be good, on open routes too.
 * @throws Refusal 401 (RFC 6750 §3), 403 for a token that is for something else
 */
export async function authorise(
  ctx: Context,
  scope: Admittance,
  { tokensFile, clock }: Admission,
): Promise<TokenRecord | undefined> {
  const text = tokenOf(ctx.get('Authorization') || undefined);
  if (text === undefined) {
    if (scope === 'open') return undefined;
    throw unauthorised('token.required', 'send a token: Authorization: Bearer …');
  }
  const token = await findToken(tokensFile, text, clock.now());
  if (token === undefined) {
    throw unauthorised('token.unknown', 'the token is not known here, or its life is over');
  }
  if (scope !== 'open' && scope !== 'token' && !hasScope(token, scope)) {
    throw new Refusal(403, [fault('token.scope', token.name, `the token is not for ${scope}`)]);
  }
  return token;
}

function unauthorised(code: 'token.required' | 'token.unknown', message: string): Refusal {
  const challenge = `Bearer realm="tuf-on-git"${code === 'token.unknown' ? ', error="invalid_token"' : ''}`;
  return new Refusal(401, [fault(code, 'Authorization', message)], {
    'WWW-Authenticate': challenge,
  });
}

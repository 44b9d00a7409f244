import { STATUS_CODES } from 'node:http';
import type { Context } from 'koa';
import type { Finding } from '../../core/error/error.ts';

/**
 * Answers with a problem: RFC 9457. Nothing of ours leaves by it but the fields of the finding: no
 * stack, no path of the server.
 */
export function problem(ctx: Context, status: number, finding?: Finding): void {
  const { code, message, hint } = finding ?? {};
  ctx.status = status;
  ctx.set({ 'Cache-Control': 'no-store', 'X-Content-Type-Options': 'nosniff' });
  ctx.body = JSON.stringify({
    type: 'about:blank',
    title: STATUS_CODES[status],
    status,
    ...(code === undefined ? {} : { code, detail: message }),
    ...(hint === undefined ? {} : { hint }),
  });
  ctx.set('Content-Type', 'application/problem+json');
}

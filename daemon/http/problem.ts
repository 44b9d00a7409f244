import { STATUS_CODES } from 'node:http';
import type { Context } from 'koa';
import type { Finding } from '../../core/error/error.ts';

/**
 * Answers with a problem: RFC 9457. The first finding is the problem's own; several are listed under
 * `errors`. Nothing of ours leaves by it but their fields: no stack, no path of the server.
 */
export function problem(ctx: Context, status: number, ...findings: readonly Finding[]): void {
  problemWith(ctx, status, findings);
}

/** @param members of the problem beside the usual ones (RFC 9457 §3.2) */
export function problemWith(
  ctx: Context,
  status: number,
  findings: readonly Finding[],
  members: Readonly<Record<string, unknown>> = {},
): void {
  const [first, ...others] = findings;
  ctx.status = status;
  ctx.set({ 'Cache-Control': 'no-store', 'X-Content-Type-Options': 'nosniff' });
  ctx.body = JSON.stringify({
    type: 'about:blank',
    title: STATUS_CODES[status],
    status,
    ...members,
    ...(first === undefined ? {} : fieldsOf(first)),
    ...(others.length === 0
      ? {}
      : { errors: findings.map((each) => ({ ...fieldsOf(each), where: each.where })) }),
  });
  ctx.set('Content-Type', 'application/problem+json');
}

function fieldsOf({ code, message, hint }: Finding) {
  return { code, detail: message, ...(hint === undefined ? {} : { hint }) };
}

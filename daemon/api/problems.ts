/** Failures of the API as problems: RFC 9457, with the codes that the hook and the commands use. */
import type { Context } from 'koa';
import { TufOnGitError, type Finding } from '../../core/error/error.ts';
import { problem, problemWith } from '../http/problem.ts';

/** Thrown by a handler whose answer is no success. */
export class Refusal extends Error {
  override readonly name = 'Refusal';

  constructor(
    readonly status: number,
    readonly findings: readonly Finding[],
    readonly headers: Readonly<Record<string, string>> = {},
    /** Fields of the problem beside the usual ones. */
    readonly members: Readonly<Record<string, unknown>> = {},
  ) {
    super(findings[0]?.message ?? `status ${status}`);
  }
}

/** True when it was one of ours; whatever else is thrown is a defect, and the caller's to log. */
export function answerFailure(ctx: Context, error: unknown): boolean {
  if (error instanceof Refusal) {
    ctx.set(error.headers);
    problemWith(ctx, error.status, error.findings, error.members);
    return true;
  }
  if (error instanceof TufOnGitError) {
    problem(ctx, statusOf(error), error);
    return true;
  }
  return false;
}

function statusOf({ code }: Finding): number {
  if (code === 'usage.argument') return 400;
  if (/^(search|repository)\.(not-found|missing)$/.test(code)) return 404;
  if (code === 'blob.too-large') return 413;
  if (code === 'blob.quota' || code === 'blob.disk-full') return 507;
  if (/^(signer|publish|repository|home)\./.test(code)) return 503;
  return 422;
}

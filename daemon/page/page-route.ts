/**
 * The web page: three files by three names, and nothing else. It shows what anybody may have put into
 * metadata, so its headers allow it next to nothing: its own script and style, and to read this
 * listener and the one that clients read.
 */
import type { Context, Middleware } from 'koa';
import { fault } from '../../core/error/error.ts';
import { problem } from '../http/problem.ts';
import type { PageFile, PageFiles } from './page-files.ts';

/** @param contentUrl where clients read */
export function pageRoute(files: PageFiles, contentUrl: string): Middleware {
  const headers = pageHeaders(contentUrl);
  return async (ctx, next) => {
    const file = files.get(ctx.path);
    if (file === undefined) {
      await next();
    } else if (ctx.method === 'GET' || ctx.method === 'HEAD') {
      ctx.set(headers);
      send(ctx, file);
    } else {
      ctx.set('Allow', 'GET, HEAD');
      problem(ctx, 405, fault('request.method', ctx.method, 'not a method of this resource'));
    }
  };
}

function send(ctx: Context, { type, plain, gzip }: PageFile): void {
  const isSmall = ctx.acceptsEncodings('gzip', 'identity') === 'gzip';
  const { bytes, etag } = isSmall ? gzip : plain;
  ctx.status = 200;
  ctx.set('ETag', etag);
  if (ctx.fresh) {
    ctx.status = 304;
    return;
  }
  if (isSmall) ctx.set('Content-Encoding', 'gzip');
  ctx.set('Content-Type', type);
  ctx.body = bytes;
}

function pageHeaders(contentUrl: string): Record<string, string> {
  return {
    'Content-Security-Policy': contentSecurityPolicy(sourceOf(new URL(contentUrl))),
    'Referrer-Policy': 'no-referrer',
    'X-Content-Type-Options': 'nosniff',
    'Cross-Origin-Opener-Policy': 'same-origin',
    'Cross-Origin-Resource-Policy': 'same-origin',
    'Cache-Control': 'no-cache',
    Vary: 'Accept-Encoding',
  };
}

/**
 * An origin as a policy names it. Its grammar knows no IPv6 literal (CSP 3, §2.3.1): browsers leave such
 * a source out, and the page could read nothing. Any host by that scheme and port is the narrowest that they take.
 */
function sourceOf({ origin, protocol, hostname, port }: URL): string {
  if (!hostname.startsWith('[')) return origin;
  const standard = protocol === 'https:' ? '443' : '80';
  return `${protocol}//*:${port === '' ? standard : port}`;
}

/** No policy of Trusted Types is needed: the page makes text nodes and elements, never HTML. */
function contentSecurityPolicy(content: string): string {
  return [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    `connect-src 'self' ${content}`,
    "require-trusted-types-for 'script'",
    "trusted-types 'none'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; ');
}

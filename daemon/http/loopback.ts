import type { Middleware } from 'koa';

/** True for an address of this machine, as a socket names it. */
export function isLoopback(address: string | undefined): boolean {
  return address !== undefined && /^(::ffff:)?127\.|^::1$/.test(address);
}

/**
 * Refuses whoever sends a token over a plain connection from another machine: it could be read on
 * the way. A proxy that ends TLS runs on this machine.
 */
export function refusePlainTokens(): Middleware {
  return async (ctx, next) => {
    const isExposed = ctx.get('Authorization') !== '' && !isLoopback(ctx.req.socket.remoteAddress);
    if (!isExposed) {
      await next();
      return;
    }
    ctx.status = 403;
    ctx.set({ 'Cache-Control': 'no-store', Connection: 'close' });
    ctx.type = 'text/plain; charset=utf-8';
    // One line of text: git shows it to its user.
    ctx.body = 'tokens are not accepted over plain HTTP; use https, and revoke this one\n';
  };
}

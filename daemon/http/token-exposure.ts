import { BlockList, isIPv6 } from 'node:net';
import type { TLSSocket } from 'node:tls';
import type { Context, Middleware } from 'koa';
import { fault, type Finding } from '../../core/error/error.ts';
import { problem } from './problem.ts';

/**
 * Refuses whoever sends a token by a way on which others could read it: over plain HTTP, unless it
 * comes from this machine or from a proxy that is listed, to which it came by TLS.
 * @param proxies IP addresses and subnets (`192.0.2.0/24`) of proxies that end TLS
 */
export function refuseExposedTokens(proxies: readonly string[]): Middleware {
  const near = nearby(proxies);
  return async (ctx, next) => {
    if (ctx.get('Authorization') === '' || isPrivate(ctx, near)) {
      await next();
      return;
    }
    ctx.set('Connection', 'close');
    if (ctx.path.startsWith('/repository.git/')) sayToGit(ctx);
    else problem(ctx, 403, exposed);
  };
}

const exposed: Finding = fault(
  'token.exposed',
  'Authorization',
  'tokens are not accepted over plain HTTP',
  { hint: 'use https, and revoke this one' },
);

/** One line of text: git shows it to its user. */
function sayToGit(ctx: Context): void {
  ctx.status = 403;
  ctx.set('Cache-Control', 'no-store');
  ctx.type = 'text/plain; charset=utf-8';
  ctx.body = `${exposed.message}; ${exposed.hint ?? ''}\n`;
}

function isPrivate(ctx: Context, near: BlockList): boolean {
  const socket = ctx.req.socket as Partial<TLSSocket>;
  if (socket.encrypted === true) return true;
  const cameBy = ctx.get('X-Forwarded-Proto');
  return isListed(near, socket.remoteAddress) && (cameBy === '' || cameBy === 'https');
}

function nearby(proxies: readonly string[]): BlockList {
  const list = new BlockList();
  list.addSubnet('127.0.0.0', 8);
  list.addAddress('::1', 'ipv6');
  for (const proxy of proxies) {
    const [address = '', bits] = proxy.split('/');
    const family = isIPv6(address) ? 'ipv6' : 'ipv4';
    if (bits === undefined) list.addAddress(address, family);
    else list.addSubnet(address, Number(bits), family);
  }
  return list;
}

/** By the address as a socket names it: an IPv4 one may stand in IPv6 (`::ffff:127.0.0.1`). */
function isListed(list: BlockList, address: string | undefined): boolean {
  if (address === undefined) return false;
  const plain = address.replace(/^::ffff:(?=[\d.]+$)/, '');
  return list.check(plain, isIPv6(plain) ? 'ipv6' : 'ipv4');
}

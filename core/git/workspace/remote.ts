import { resolve } from 'node:path';
import { fault } from '../../error/error.ts';
import type { ObjectId } from '../object-id.ts';
import { binaryRemote } from './binary-remote.ts';
import { httpRemote } from './http-remote.ts';
import type { Clone } from './clone.ts';
import type { PushResult } from './workspace.ts';

/** What needs the other side. */
export interface Remote {
  /** Brings `refs/remotes/origin/*` up to the branches there. */
  fetch(clone: Clone): Promise<void>;
  /** The refs there that begin so, by their full names. */
  refs(clone: Clone, prefix: string): Promise<ReadonlyMap<string, ObjectId>>;
  /** Brings the objects of one ref; no ref moves here. */
  fetchRef(clone: Clone, ref: string): Promise<void>;
  /** @param from a full ref here. @param to a full ref there */
  push(
    clone: Clone,
    from: string,
    to: string,
    onMessage: (line: string) => void,
  ): Promise<PushResult>;
}

/** Over HTTP by ourselves; a path or ssh by the git that its user has set up. */
export function remoteFor(url: string, token: string | undefined): Remote {
  return isHttp(url) ? httpRemote(url, token) : binaryRemote(url);
}

/** An address as it is stored, and the token that stood in it. */
export interface Address {
  readonly url: string;
  readonly token: string | undefined;
}

/**
 * Takes credentials out of an address, so that none is written to disk, and makes a path absolute.
 * @throws `usage.argument` for what is no address
 */
export function parseAddress(text: string): Address {
  if (isHttp(text)) return parseHttp(text);
  if (text === '') throw fault('usage.argument', 'URL', 'the address is empty');
  const isRemote = /^[a-z][a-z0-9+.-]*:\/\//i.test(text) || /^[^/\\]+:/.test(text);
  return { url: isRemote ? text : resolve(text), token: undefined };
}

function parseHttp(text: string): Address {
  try {
    const url = new URL(text);
    const token = decodeURIComponent(url.password || url.username) || undefined;
    url.username = '';
    url.password = '';
    return { url: url.href.replace(/\/$/, ''), token };
  } catch (cause) {
    throw fault('usage.argument', 'URL', 'this is not an http address', { cause });
  }
}

function isHttp(url: string): boolean {
  return /^https?:\/\//i.test(url);
}

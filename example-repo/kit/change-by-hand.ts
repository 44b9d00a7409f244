/** A change of one role by the API, step by step, so that one may do each of them otherwise. */
import {
  sha256,
  signByHand,
  targetEntry,
  toFile,
  type Envelope,
  type HandKey,
  type TargetsSigned,
} from './by-hand.ts';
import { askApi, endedOf, type ApiUser } from './api.ts';
import { succeeded, type Ended } from './command.ts';

/** What somebody wants to release. */
export interface Release {
  readonly target: string;
  readonly content: Buffer;
}

export interface Prepared {
  readonly base: string;
  /** The role that lists the target. */
  readonly role: string;
  readonly next: TargetsSigned;
}

export async function putBlob(user: ApiUser, content: Buffer): Promise<Ended> {
  return endedOf(await askApi(user, 'PUT', `/blobs/${sha256(content)}`, content));
}

/** The next version of the role, as the server makes it. */
export async function prepare(user: ApiUser, { target, content }: Release): Promise<Prepared> {
  const { main } = await json<{ main: string }>(user, 'GET', '/status');
  const { length, hashes } = targetEntry(content);
  const wish = { base: main, add: { [target]: { length, sha256: hashes.sha256 } } };
  const { base, roles } = await json<{
    base: string;
    roles: Record<string, { signed: string }>;
  }>(user, 'POST', '/changes/prepare', wish);
  const [[role, { signed }] = none] = Object.entries(roles);
  return { base, role, next: JSON.parse(signed) as TargetsSigned };
}

const none: [string, { signed: string }] = ['', { signed: '{}' }];

/** @param signed what came of what was prepared */
export async function submit(
  user: ApiUser,
  { base, role }: Prepared,
  signed: Envelope,
): Promise<Ended> {
  const metadata = { [role]: Buffer.from(toFile(signed)).toString('base64') };
  return endedOf(await askApi(user, 'POST', '/changes', { base, metadata }));
}

/** A release whose file is in the blob store, or is said to be: signed and sent. */
export async function signAndSend(
  user: ApiUser,
  keys: readonly HandKey[],
  release: Release,
): Promise<Ended> {
  const prepared = await prepare(user, release);
  return submit(user, prepared, signByHand(prepared.next, keys));
}

async function json<T>(user: ApiUser, method: string, path: string, body?: object): Promise<T> {
  return JSON.parse(succeeded(endedOf(await askApi(user, method, path, body)))) as T;
}

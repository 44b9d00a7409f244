/** A change of targets by the API, step by step, so that one may do each of them otherwise. */
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
  readonly targets: TargetsSigned;
}

export async function putBlob(user: ApiUser, content: Buffer): Promise<Ended> {
  return endedOf(await askApi(user, 'PUT', `/blobs/${sha256(content)}`, content));
}

/** The next version of targets, as the server makes it. */
export async function prepare(user: ApiUser, { target, content }: Release): Promise<Prepared> {
  const { main } = await json<{ main: string }>(user, 'GET', '/status');
  const { length, hashes } = targetEntry(content);
  const wish = { base: main, add: { [target]: { length, sha256: hashes.sha256 } } };
  const { base, roles } = await json<{
    base: string;
    roles: { targets: { signed: string } };
  }>(user, 'POST', '/changes/prepare', wish);
  return { base, targets: JSON.parse(roles.targets.signed) as TargetsSigned };
}

export async function submit(user: ApiUser, base: string, targets: Envelope): Promise<Ended> {
  const metadata = { targets: Buffer.from(toFile(targets)).toString('base64') };
  return endedOf(await askApi(user, 'POST', '/changes', { base, metadata }));
}

/** A release whose file is in the blob store, or is said to be: signed and sent. */
export async function signAndSend(user: ApiUser, key: HandKey, release: Release): Promise<Ended> {
  const { base, targets } = await prepare(user, release);
  return submit(user, base, signByHand(targets, [key]));
}

async function json<T>(user: ApiUser, method: string, path: string, body?: object): Promise<T> {
  return JSON.parse(succeeded(endedOf(await askApi(user, method, path, body)))) as T;
}

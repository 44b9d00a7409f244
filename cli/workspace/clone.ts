import { mkdir, rm } from 'node:fs/promises';
import { fault } from '../../core/error/error.ts';
import { isEmptyFolder } from '../empty-folder.ts';
import { removeOnSignal } from '../terminal/remove-on-signal.ts';
import { verifiedBase, type Base } from './base.ts';
import { fingerprintOf, pinnedRoot, type RootPin } from './pin-root.ts';
import { remoteMain } from './project.ts';
import { writeNewestMain, writeSettings, writeTrustedRoot } from './settings.ts';
import { storeToken } from './token.ts';

export interface CloneOrder {
  readonly url: string;
  readonly dir: string;
  readonly pin: RootPin;
  /** URIs with absolute paths. */
  readonly keys: readonly string[];
  readonly pkcs11Module: string | undefined;
  readonly token: string | undefined;
  readonly now: Date;
}

export interface Cloned {
  readonly base: Base;
  /** The root in which trust starts: its version and the SHA-256 of its file. */
  readonly pinned: { readonly version: number; readonly sha256: string };
}

/**
 * Makes a workspace. It is good when this returns: the tip of main was verified from the pinned
 * root. Otherwise nothing stays behind.
 * @throws `usage.argument` when the folder is in use
 */
export async function cloneProject(order: CloneOrder): Promise<Cloned> {
  const existed = await isEmptyFolder(order.dir);
  await mkdir(order.dir, { recursive: true }).catch((cause: unknown) => {
    throw fault('usage.argument', order.dir, 'no folder can be made here', { cause });
  });
  const stop = removeOnSignal(order.dir);
  try {
    return await fillProject(order);
  } catch (error) {
    await rm(order.dir, { recursive: true, force: true });
    if (existed) await mkdir(order.dir);
    throw error;
  } finally {
    stop();
  }
}

async function fillProject(order: CloneOrder): Promise<Cloned> {
  const { url, dir, pin, keys, pkcs11Module, token, now } = order;
  const { cloneWorkspace } = await import('../../core/git/workspace/clone-workspace.ts');
  const git = await cloneWorkspace({ url, dir, ...(token === undefined ? {} : { token }) });
  const tip = await remoteMain(git);
  const pinned = await pinnedRoot((file) => git.readAt(tip, file), pin);
  const base = await verifiedBase(git, tip, pinned, now);
  const sha256 = fingerprintOf(pinned);
  await writeTrustedRoot(git.stateDir, base.repository.root);
  await writeNewestMain(git.stateDir, tip);
  if (token !== undefined) await storeToken(git.stateDir, token);
  await writeSettings(git.stateDir, {
    format: 1,
    pinnedRoot: sha256,
    keys: [...keys],
    ...(pkcs11Module === undefined ? {} : { pkcs11Module }),
  });
  return { base, pinned: { version: pinned.signed.version, sha256 } };
}

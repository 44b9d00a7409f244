/** What is known of a trusted repository without asking a server, and how it is forgotten. */
import { randomBytes } from 'node:crypto';
import { rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { TufOnGitError } from '../core/error/error.ts';
import { TrustedSet } from '../core/metadata/trusted-set.ts';
import { MetadataCache } from './cache.ts';
import type { TrustedRepository } from './repository-record.ts';
import { rootFingerprint } from './root-fingerprint.ts';
import { storageFault } from './storage.ts';

export interface TrustedState {
  /** SHA-256 of the root that the user gave; undefined when that file is lost. */
  readonly fingerprint: string | undefined;
  /** Of the newest root that was verified; undefined when that file is damaged. */
  readonly rootVersion: number | undefined;
}

/** @throws `client.storage` */
export async function trustedState({
  metadataDir,
}: Pick<TrustedRepository, 'metadataDir'>): Promise<TrustedState> {
  const cache = new MetadataCache(metadataDir);
  const [anchor, root] = await Promise.all([cache.readAnchor(), cache.read('root')]);
  return {
    fingerprint: anchor && rootFingerprint(anchor),
    rootVersion: root && versionOf(root),
  };
}

/**
 * Removes all that is kept of a repository. It stops being trusted in one step, whatever happens
 * after that. @throws `client.storage`
 */
export async function forgetRepository({
  folder,
}: Pick<TrustedRepository, 'folder'>): Promise<void> {
  const away = path.join(path.dirname(folder), `.forgotten-${randomBytes(8).toString('hex')}`);
  try {
    await rename(folder, away);
    await rm(away, { recursive: true, force: true });
  } catch (error) {
    throw storageFault(folder, error);
  }
}

function versionOf(root: Uint8Array): number | undefined {
  try {
    return TrustedSet.fromRoot(root, { referenceTime: new Date(0) }).root.signed.version;
  } catch (error) {
    if (error instanceof TufOnGitError) return undefined;
    throw error;
  }
}

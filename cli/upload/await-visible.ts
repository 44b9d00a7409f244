/** Waiting until a client sees what was uploaded: with a client, which verifies everything. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { Updater } from '../../client/updater.ts';
import { fault, TufOnGitError } from '../../core/error/error.ts';
import type { Document } from '../../core/metadata/document.ts';
import type { Wish } from './wishes.ts';

export interface Visibility {
  /** Where clients read: the base URL of the content listener, or of what stands before it. */
  readonly contentUrl: string;
  /** The root that this maintainer trusts. */
  readonly root: Document<'root'>;
  readonly timeoutMs: number;
}

const pauseMs = 250;

/**
 * @throws `workspace.waiting` when the time is over, with what the client met last as the reason
 */
export async function awaitVisible(
  wishes: readonly Wish[],
  { contentUrl, root, timeoutMs }: Visibility,
): Promise<void> {
  const folder = await mkdtemp(path.join(tmpdir(), 'tuf-on-git-upload-'));
  const deadline = performance.now() + timeoutMs;
  try {
    await Updater.init(folder, root.bytes);
    for (;;) {
      const missing = await whatIsMissing(wishes, `${contentUrl}/metadata/`, folder);
      if (missing === undefined) return;
      if (performance.now() > deadline) throw notSeen(contentUrl, missing);
      await delay(pauseMs);
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Undefined when the client finds all of it. Trouble on the way may pass; it is the reason then. */
async function whatIsMissing(
  wishes: readonly Wish[],
  metadataUrl: string,
  metadataDir: string,
): Promise<string | undefined> {
  const updater = new Updater({ metadataDir, metadataUrl });
  try {
    for (const { target, sha256 } of wishes) {
      const info = await updater.getTargetInfo(target);
      if (info?.hashes['sha256'] !== sha256) return `${target} is not there yet`;
    }
    return undefined;
  } catch (error) {
    if (error instanceof TufOnGitError) return `${error.code}: ${error.message}`;
    throw error;
  }
}

function notSeen(contentUrl: string, reason: string) {
  return fault('workspace.waiting', contentUrl, `clients do not see it yet: ${reason}`, {
    hint: 'it is accepted and comes when the server publishes; ask again with the same command',
  });
}

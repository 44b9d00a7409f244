import { createHash } from 'node:crypto';
import { homePaths } from '../../core/home/layout.ts';
import type { ObjectId } from '../../core/git/object-id.ts';
import { makeFirstGeneration } from '../daemon-process.ts';
import { installHomeHooks } from '../hooks.ts';
import type { Ceremony } from './ceremony.ts';
import { makeFirstCommit } from './first-commit.ts';
import type { FirstMetadata } from './first-metadata.ts';
import { writeHomeFiles } from './home-files.ts';
import { inTemporaryHome } from './temporary-home.ts';

export interface MadeHome {
  readonly commit: ObjectId;
  /** SHA-256 of root version 1, by which downloaders may begin to trust: hex. */
  readonly rootSha256: string;
}

/**
 * Makes a HOME, whole or not at all: metadata committed as the gate wants it, and published.
 * @param home absolute, absent or empty
 */
export async function makeHome(
  home: string,
  ceremony: Ceremony,
  metadata: FirstMetadata,
): Promise<MadeHome> {
  return inTemporaryHome(home, async (folder) => {
    const paths = homePaths(folder);
    await writeHomeFiles(paths, ceremony, metadata.root);
    const commit = await makeFirstCommit(paths.repository, metadata, {
      now: ceremony.now,
      onlineKey: ceremony.online.key,
    });
    if (ceremony.hasHook) await installHomeHooks(paths);
    await makeFirstGeneration({ home: folder, keys: [ceremony.online.uri] });
    return { commit, rootSha256: createHash('sha256').update(metadata.root).digest('hex') };
  });
}

import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { replaceDurably } from '../../core/files/durable-file.ts';
import { initBareRepository } from '../../core/git/binary/init-bare.ts';
import { writeJsonFile } from '../../core/home/json-file.ts';
import type { HomePaths } from '../../core/home/layout.ts';
import { writeSignerSettings } from '../../core/home/signer-settings.ts';
import type { Ceremony } from './ceremony.ts';

/** Git takes it from the repository's folder, in which hooks run: HOME may move as a whole. */
const hooksFromRepository = '../hooks';

/** The folders and files of a HOME, all but the commit, the hooks and what the daemon makes. */
export async function writeHomeFiles(
  paths: HomePaths,
  { config, online, pkcs11Module }: Ceremony,
  pinnedRoot: Uint8Array,
): Promise<void> {
  for (const folder of [paths.blobs, paths.public, paths.state, path.dirname(paths.pinnedRoot)]) {
    await mkdir(folder);
  }
  await initBareRepository(paths.repository, { hooksPath: hooksFromRepository });
  await replaceDurably(paths.pinnedRoot, pinnedRoot);
  await writeSignerSettings(paths.signer, {
    format: 1,
    keys: [online.uri],
    ...(pkcs11Module === undefined ? {} : { pkcs11Module }),
  });
  await writeJsonFile(paths.config, config);
}

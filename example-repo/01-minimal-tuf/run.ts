/** Milestone 1: metadata made by hand, served by anything that serves files. */
import { namelessRepository } from '../attacks/a35-other-repository.ts';
import { readReleases } from '../kit/content.ts';
import { newDownloader, type Source } from '../kit/downloader.ts';
import { copyFolder } from '../kit/folders.ts';
import type { Stage } from '../kit/stage.ts';
import { serveFolder } from '../kit/static-server.ts';
import { Storage } from '../kit/storage.ts';
import { tamperedStorage } from '../kit/tampered-storage.ts';
import { hintAt } from '../kit/tuf-on-git.ts';
import { Admin } from './admin.ts';
import { onTheServer } from './on-the-server.ts';
import { oldSets } from './old-sets.ts';
import { releases, type Releasing } from './releases.ts';
import { stolenKeys } from './stolen-keys.ts';

export async function run(stage: Stage): Promise<readonly string[]> {
  const { steps } = stage;
  const admin = new Admin(stage.path('made'));
  const old = stage.path('old');
  const root = await steps.step('the admin signs two releases, for ten years', () =>
    makeRepository(admin, old),
  );
  const storage = new Storage(stage.path('storage'), admin.folder);
  await storage.putRight();
  const url = await serveFolder(stage, storage.folder, stage.options.port);
  steps.note(`served as plain files at ${url}`);
  const source: Source = { root, url };
  const alice = await steps.step('alice trusts the root that the admin gave her', () =>
    newDownloader(stage, 'alice', source),
  );
  steps.note(await steps.step('alice lists what there is', () => alice.tuf('list')));
  await steps.step('alice gets the newest lighthouse, verified', () =>
    alice.tuf('get', 'lighthouse'),
  );

  await steps.act('What it withstands: somebody who owns the storage or the way, without a key');
  await tamperedStorage(stage, {
    storage,
    source,
    role: 'targets',
    version: 2,
    mismatch: 'version.mismatch',
  });
  await steps.act('What it withstands only for those who saw a newer set');
  await oldSets(stage, { storage, old, source, alice });
  await stage.unlessWalk('paths, old backups, stolen keys, cut uploads, A10 to A18', async () => {
    await steps.act('Whoever writes to the server, and whoever has the key');
    await onTheServer(stage, { storage, old, source, admin: admin.keys.admin });
  });
  await stage.unlessWalk('releases, A19, A22, A23, A33, A35 and A37', async () => {
    await steps.act('What those who release do not withstand');
    await releases(stage, { admin, storage, source });
    await underTheSameKeys(stage, { admin, storage, source });
  });
  await stage.unlessWalk('stolen keys, A24 to A27, A29 and A36', async () => {
    await steps.act('Stolen keys: one signs all releases, and one who may');
    await stolenKeys(stage, { admin, storage, source });
  });
  await steps.step('all is put right again: alice gets the manual', () =>
    alice.tuf('get', 'lighthouse/manual'),
  );
  return [hintAt(alice, 'list'), hintAt(alice, 'get', 'harbour')];
}

/** Two releases; the first alone stays in `old`. @returns the root file */
async function makeRepository(admin: Admin, old: string): Promise<string> {
  const { before, all } = await readReleases();
  const root = await admin.writeRoot();
  await admin.release(before);
  await copyFolder(admin.folder, old);
  await admin.release(all);
  return root;
}

/** A35: the admin has another repository, for another purpose. */
async function underTheSameKeys(
  stage: Stage,
  { admin, storage, source }: Releasing,
): Promise<void> {
  const other = new Admin(stage.path('other'), admin.keys);
  await other.writeRoot();
  const mark = 'harbours';
  await other.release(
    new Map([[`harbours/${mark}/1.0.0/harbours.txt`, Buffer.from('all harbours\n')]]),
  );
  await namelessRepository(stage, { storage, source, other: other.folder, mark });
}

/** Milestone 1: metadata made by hand, served by anything that serves files. */
import { readReleases } from '../kit/content.ts';
import { newDownloader, type Source } from '../kit/downloader.ts';
import { copyFolder } from '../kit/folders.ts';
import type { Stage } from '../kit/stage.ts';
import { serveFolder } from '../kit/static-server.ts';
import { Storage } from '../kit/storage.ts';
import { tamperedStorage } from '../kit/tampered-storage.ts';
import { hintAt } from '../kit/tuf-on-git.ts';
import { makeKeys, publish, writeRoot } from './make-repository.ts';
import { oldSets } from './old-sets.ts';

export async function run(stage: Stage): Promise<readonly string[]> {
  const { steps } = stage;
  const made = stage.path('made');
  const old = stage.path('old');
  const root = await steps.step('the admin signs two releases, for ten years', () =>
    makeRepository(made, old),
  );
  const storage = new Storage(stage.path('storage'), made);
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
  await steps.step('all is put right again: alice gets the manual', () =>
    alice.tuf('get', 'lighthouse/manual'),
  );
  return [hintAt(alice, 'list'), hintAt(alice, 'get', 'harbour')];
}

/** Two releases; the first alone stays in `old`. @returns the root file */
async function makeRepository(made: string, old: string): Promise<string> {
  const { before, all } = await readReleases();
  const keys = makeKeys();
  const root = await writeRoot(made, keys);
  await publish(made, keys, 1, before);
  await copyFolder(made, old);
  await publish(made, keys, 2, all);
  return root;
}

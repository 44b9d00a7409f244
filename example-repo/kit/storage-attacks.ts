/** The storage of a repository that people upload to: what somebody can do with it, as before. */
import { withstands } from './attack.ts';
import { makeHome } from './ceremony.ts';
import { freshDownloader } from './downloader.ts';
import { oldSets } from './old-sets.ts';
import type { Stage } from './stage.ts';
import { serveFolder } from './static-server.ts';
import { Storage } from './storage.ts';
import { tamperedStorage } from './tampered-storage.ts';
import { targetsVersion, type UploadsScene } from './uploads-scene.ts';

/** A1 to A9, and A35. @param old folder of an old set */
export async function storageAttacks(
  stage: Stage,
  scene: UploadsScene,
  old: string,
): Promise<void> {
  const { server, source, ceremony } = scene;
  const storage = new Storage(stage.path('storage'), `${server.home}/public`);
  await storage.putRight();
  const mirror = { root: source.root, url: await serveFolder(stage, storage.folder) };
  stage.steps.act('A tampered storage, as before: refused');
  const targets = await targetsVersion(scene);
  const mismatch = 'metadata.length';
  await tamperedStorage(stage, { storage, source: mirror, targets, mismatch });
  const other = await makeHome(stage, ceremony, 'other-home', '--repository', 'harbours');
  await withstands(
    stage,
    {
      ...{ row: 'A35', what: 'another repository under the same keys is served in its place' },
      mount: () => storage.putBack(`${other}/public`),
      victim: freshDownloader(stage, mirror, ['refresh']),
      undo: () => storage.putRight(),
    },
    'role.other-repository',
  );
  stage.steps.act('Old sets: refused by everybody as soon as the life of a timestamp is over');
  await oldSets(stage, { storage, source: mirror, old, regular: 'reader' });
}

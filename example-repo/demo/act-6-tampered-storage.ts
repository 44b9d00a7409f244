/** What clients read may lie on a storage that nobody need trust: here an intruder has got hold of it. */
import { copyFile, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { withstands, type Attack } from '../kit/attack.ts';
import { sha256 } from '../kit/by-hand.ts';
import { hashedName } from '../kit/content.ts';
import { copyFolder } from '../kit/folders.ts';
import type { Person } from '../kit/person.ts';
import type { Stage } from '../kit/stage.ts';
import { forgeRelease } from '../kit/forge.ts';
import { serveFolder } from '../kit/static-server.ts';
import { Storage } from '../kit/storage.ts';
import { top } from '../kit/tuf-on-git.ts';
import { publish, type Release } from './act-3-release.ts';
import { cloneWorkspace } from './maintainer.ts';
import type { Keyed, Scene } from './scene.ts';

interface Cast {
  readonly downloader: Person;
  readonly bob: Keyed;
  readonly tarball: Release;
}

export async function tamperedStorage(stage: Stage, scene: Scene, cast: Cast): Promise<void> {
  const { steps } = stage;
  const { downloader, bob } = cast;
  const published = `${scene.server.home}/public`;
  const storage = new Storage(stage.path('storage'), published);
  const old = stage.path('old');
  const readFrom = (url: string) =>
    downloader.tuf('trust', scene.root, '--url', url, '--name', 'demo');
  await steps.step(
    'the downloader turns to a mirror of it, on an ordinary web server',
    async () => {
      await storage.putRight();
      await readFrom(await serveFolder(stage, storage.folder));
    },
  );
  await copyFolder(published, old);
  const work = await steps.step('bob clones', () => cloneWorkspace(scene, bob));
  await publish(stage, scene, work, rulesOfThisProject);
  await storage.putRight();

  await attacks(stage, storage, old, cast);
  await steps.step('all is put right again: both releases come from the mirror', async () => {
    const again = stage.newName('downloads');
    await downloader.tuf('get', 'tuf-on-git', '--dir', again);
    await downloader.tuf('get', 'handbook/rules', '--dir', again);
  });
  await steps.step('the downloader turns back to the server itself', () =>
    readFrom(scene.server.content),
  );
}

const rulesOfThisProject: Release = {
  target: 'handbook/rules/0.1.0/rules.md',
  file: path.join(top, 'docs/rules.md'),
};

async function attacks(
  stage: Stage,
  storage: Storage,
  old: string,
  { downloader, tarball: { target, file } }: Cast,
): Promise<void> {
  const attack = (what: string, mount: () => Promise<void>): Attack => ({
    ...{ what, mount },
    victim: () => downloader.tryTuf('get', 'tuf-on-git', '--dir', stage.newName('downloads')),
    undo: () => storage.putRight(),
  });
  const artifact = await readFile(file);
  await withstands(
    stage,
    attack('the artifact is swapped for one of the same length', () => {
      const stored = storage.at('targets', hashedName(target, sha256(artifact)));
      return writeFile(stored, Buffer.alloc(artifact.length, 'not what alice released\n'));
    }),
    'target.hash',
  );
  await withstands(
    stage,
    attack('artifact and all metadata are edited to match', () =>
      forgeRelease(storage, 'tuf-on-git', target, Buffer.from('not what alice released\n')),
    ),
    'role.threshold',
  );
  await withstands(
    stage,
    attack('an old timestamp is put back', () =>
      copyFile(path.join(old, 'metadata/timestamp.json'), storage.at('metadata/timestamp.json')),
    ),
    'rollback.timestamp',
  );
}

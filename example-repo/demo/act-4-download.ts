/** A downloader starts from the root file alone, and believes nothing that does not follow from it. */
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { newDownloader } from '../kit/downloader.ts';
import type { Person } from '../kit/person.ts';
import type { Stage } from '../kit/stage.ts';
import { StoryFailure } from '../kit/story-failure.ts';
import type { Release } from './act-3-release.ts';
import type { Scene } from './scene.ts';

export async function download(
  stage: Stage,
  { root, server }: Scene,
  { file }: Release,
): Promise<Person> {
  const { steps } = stage;
  const downloader = await steps.step(
    'a downloader trusts the root file that came with the project',
    () => newDownloader(stage, 'downloader', { root, url: server.content }),
  );
  steps.note(
    await steps.step('the downloader lists project, product, version', () =>
      downloader.tuf('list'),
    ),
  );
  await steps.step('the downloader gets tuf-on-git: downloaded and verified', () =>
    downloader.tuf('get', 'tuf-on-git'),
  );
  await steps.step('it is the file that alice released, byte for byte', async () => {
    const [got, released] = [downloader.path(path.basename(file)), file];
    if ((await readFile(got)).equals(await readFile(released))) return;
    throw new StoryFailure(`${got} differs from ${released}`);
  });
  return downloader;
}

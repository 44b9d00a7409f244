/** The content of all milestones, released in two goes by those who develop it. */
import path from 'node:path';
import { readReleases, type Content } from './content.ts';
import { newDownloader, type Source } from './downloader.ts';
import { writeFileAt } from './folders.ts';
import type { Person } from './person.ts';
import { takeBackup } from './server-attacks.ts';
import type { Server } from './server.ts';
import type { Stage } from './stage.ts';
import type { Released } from './uploads-scene.ts';
import { copyPublic } from './visible.ts';

/** Target paths with the files that they are to hold. */
export type Files = readonly (readonly [target: string, file: string])[];

export interface Releases {
  readonly operator: Person;
  readonly server: Server;
  readonly source: Source;
  /** Resolves when clients can see all of them. */
  readonly release: (files: Files) => Promise<unknown>;
}

/** First what there was before the newest release, then the newest. */
export async function releaseInTwo(
  stage: Stage,
  { operator, server, source, release }: Releases,
): Promise<Released> {
  const { steps } = stage;
  const { before, all } = await readReleases();
  const newer = new Map([...all].filter(([target]) => !before.has(target)));
  const [first, second] = [await filesOf(stage, before), await filesOf(stage, newer)];
  await steps.step('the developers release what there is so far', () => release(first));
  const old = stage.path('old');
  await copyPublic(server, old);
  const backup = await takeBackup(stage, operator, server);
  await steps.step('and the newest lighthouse, the same way', () => release(second));
  const downloader = await newDownloader(stage, 'downloader', source);
  await steps.step('a downloader gets it, verified', () => downloader.tuf('get', 'lighthouse'));
  return { old, backup, downloader };
}

function filesOf(stage: Stage, content: Content): Promise<Files> {
  return Promise.all(
    [...content].map(async ([target, bytes]) => {
      const file = stage.path('dist', path.basename(target));
      await writeFileAt(file, bytes);
      return [target, file] as const;
    }),
  );
}

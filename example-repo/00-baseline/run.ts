/** Milestone 0: a repository without TUF, its client, and what the two do not withstand. */
import { readFile, writeFile } from 'node:fs/promises';
import { isFooled, requireText, withstands, type Attack } from '../kit/attack.ts';
import { succeeded, type Ended } from '../kit/command.ts';
import { baselineFolder, type Index } from '../kit/content.ts';
import { copyFolder, editJson } from '../kit/folders.ts';
import { Person } from '../kit/person.ts';
import type { Stage } from '../kit/stage.ts';
import { serveFolder } from '../kit/static-server.ts';
import { hintAt } from '../kit/tuf-on-git.ts';
import { releases } from './releases.ts';
import { has, whoeverWrites } from './whoever-writes.ts';

export async function run(stage: Stage): Promise<readonly string[]> {
  const { steps } = stage;
  const alice = await Person.enter(stage, 'alice');
  const url = await steps.step('a static file server serves two projects', async () => {
    await copyFolder(baselineFolder, stage.path('storage'));
    return serveFolder(stage, stage.path('storage'), stage.options.port);
  });
  const get = (wanted: string) => alice.tryTuf('get', '--baseline', url, wanted);
  const ended = await steps.step('alice gets the newest lighthouse', () => get('lighthouse'));
  succeeded(ended);
  steps.note(requireText(ended.stderr, 'NOTHING IS VERIFIED'));

  await steps.act('What it does not withstand');
  await swappedFiles(stage, alice, get);
  await forgedIndex(stage, alice, get);
  await stage.unlessWalk('whoever writes there is believed, A2 to A7, A11 to A18', () =>
    whoeverWrites(stage, { url, alice }),
  );
  await stage.unlessWalk('releases, A19, A23, A33 and A37', async () => {
    await steps.act('What those who release do not withstand');
    const folder = stage.path('storage/harbour');
    await releases(stage, { url, folder, alice, putRight: () => putRight(stage) });
  });
  return [hintAt(alice, 'get', '--baseline', url, 'lighthouse=1.0.0')];
}

type Get = (wanted: string) => Promise<Ended>;

async function swappedFiles(stage: Stage, alice: Person, get: Get): Promise<void> {
  const file = 'lighthouse-1.1.0.sh';
  const swap = (row: string, what: string, content: () => Promise<string>): Attack => ({
    ...{ row, what, victim: () => get('lighthouse=1.1.0') },
    mount: async () => writeFile(stage.path('storage/lighthouse', file), await content()),
    undo: () => putRight(stage),
  });
  await isFooled(
    stage,
    swap('A1', 'an artifact is swapped on the storage', () =>
      Promise.resolve('echo this is not the lighthouse\n'),
    ),
    () => has(alice, file, 'this is not the lighthouse'),
  );
  await isFooled(
    stage,
    swap('A8', 'version 1.0.0 is served as version 1.1.0', () =>
      readFile(stage.path('storage/lighthouse/lighthouse-1.0.0.sh'), 'utf8'),
    ),
    () => has(alice, file, '# lighthouse 1.0.0'),
  );
}

async function forgedIndex(stage: Stage, alice: Person, get: Get): Promise<void> {
  const index = stage.path('storage/lighthouse/index.json');
  const forge = (row: string, what: string, versions: Record<string, string>): Attack => ({
    ...{ row, what, victim: () => get('lighthouse') },
    mount: () => editJson<Index>(index, (products) => ({ ...products, lighthouse: versions })),
    undo: () => putRight(stage),
  });
  await isFooled(
    stage,
    forge('A4', 'an old index is put back', { '1.0.0': 'lighthouse-1.0.0.sh' }),
    () => has(alice, 'lighthouse-1.0.0.sh', '# lighthouse 1.0.0'),
  );
  await isFooled(
    stage,
    forge('A9', 'a version that nobody released', { '9.0.0': 'manual-1.1.0.txt' }),
    () => has(alice, 'manual-1.1.0.txt', 'for lighthouse 1.1.0'),
  );
  await withstands(
    stage,
    forge('A10', 'a file name that leaves the folder', { '9.0.0': '../harbour/harbour-0.9.0.txt' }),
    'path.form',
  );
}

function putRight(stage: Stage): Promise<void> {
  return copyFolder(baselineFolder, stage.path('storage'));
}

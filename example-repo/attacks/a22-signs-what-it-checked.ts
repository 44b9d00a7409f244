/** A22 and A23: the tool makes what it signs by itself, so that a lie or a swap is found. */
import { withstands } from '../kit/attack.ts';
import { targetEntry } from '../kit/by-hand.ts';
import { succeeded } from '../kit/command.ts';
import type { Source } from '../kit/downloader.ts';
import { writeFileAt } from '../kit/folders.ts';
import { got, holds } from '../kit/got.ts';
import { lieAboutNext } from '../kit/lie.ts';
import { byTool, workspace, type Maintainer } from '../kit/maintainer.ts';
import { Middleman } from '../kit/middleman.ts';
import { moveMain } from '../kit/never-published.ts';
import type { Person } from '../kit/person.ts';
import { untilReady } from '../kit/readiness.ts';
import type { Server } from '../kit/server.ts';
import type { Stage } from '../kit/stage.ts';
import { commit, nextTargets, writeTargets } from '../kit/targets-by-hand.ts';
import type { Releaser } from '../kit/uploads-scene.ts';

const forged = Buffer.from('low water at noon, every day\n');
const honest = 'low water at 6:12 and 18:40\n';

export interface SignsWhatItChecked {
  readonly server: Server;
  readonly source: Source;
  /** Somebody in a clone of the repository, who has the server's disk. */
  readonly work: Person;
  readonly maintainer: Maintainer;
}

export async function signsWhatItChecked(
  stage: Stage,
  { server, source, work, maintainer }: SignsWhatItChecked,
): Promise<void> {
  const { project, role } = maintainer;
  const tides = (version: string) => `${project}/tides/${version}/tides.txt`;
  const between = await Middleman.enter(stage, server.console);
  const release = byTool(await workspace(source, maintainer, between.url));
  const file = maintainer.holder.person.path('dist/tides.txt');
  await writeFileAt(file, honest);
  await stage.steps.step('a server that lies about changes is not asked for any', async () => {
    await lieAboutNext(between, server.console, forged);
    succeeded(await release(tides('1.0.0'), file));
    await holds('6:12')(await got(stage, source, tides('1.0.0')));
  });
  await withstands(
    stage,
    {
      ...{ row: 'A22', what: 'the server shows a main with a file that nobody signed' },
      mount: () => plant(work, server.home, role, tides('9.0.0')),
      victim: () => release(tides('1.1.0'), file),
      control: () => release(tides('1.1.0-rc'), file),
      undo: async () => {
        await moveMain(work, server, (await work.git('rev-parse', 'origin/main')).trim());
        await untilReady(server);
      },
    },
    'role.threshold',
  );
  await swaps(stage, { between, release, file, tides });
}

/** As whoever has the server's disk can: the old signatures, and an entry that they are not for. */
async function plant(work: Person, home: string, role: string, target: string): Promise<void> {
  await work.git('fetch', '--quiet', 'origin');
  await work.git('reset', '--quiet', '--hard', 'origin/main');
  const next = await nextTargets(work, role);
  next.targets[target] = targetEntry(forged);
  await writeFileAt(work.path('targets', target), forged);
  await writeTargets(work, { signed: next, signatures: [] }, role);
  await commit(work, 'nothing to see here');
  const bare = work.in(`${home}/repository.git`);
  await bare.git('fetch', '--quiet', work.path(), 'main');
  await bare.git('update-ref', 'refs/heads/main', 'FETCH_HEAD');
}

interface Swapped {
  readonly between: Middleman;
  readonly release: Releaser;
  readonly file: string;
  /** A target path, by version. */
  readonly tides: (version: string) => string;
}

/** Somebody writes to the file while the tool asks the server for something. */
async function swaps(stage: Stage, { between, release, file, tides }: Swapped): Promise<void> {
  const large = Buffer.alloc(2 << 20, honest);
  const cases = [
    { what: 'the file changes after the tool has read it', honest, asks: /git-upload-pack$/ },
    { what: 'the same, of a file for the blob store', honest: large, asks: /\/blobs\// },
  ];
  for (const [at, { what, honest: content, asks }] of cases.entries()) {
    await withstands(
      stage,
      {
        ...{ row: 'A23', what },
        mount: async () => {
          await writeFileAt(file, content);
          const method = asks.source.includes('blobs') ? 'HEAD' : 'GET';
          between.once(method, asks, async () => {
            await writeFileAt(file, Buffer.alloc(content.length, forged));
            return undefined;
          });
        },
        victim: () => release(tides(`2.${at}.0`), file),
        control: () => release(tides(`2.${at}.0-rc`), file),
      },
      'target.hash',
    );
  }
}

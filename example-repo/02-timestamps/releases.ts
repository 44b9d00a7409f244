/** A19, A22, A23 and A37 where the operator signs with a script, and pushes what nothing looks at. */
import { readFile } from 'node:fs/promises';
import { lastWriterWins } from '../attacks/a19-last-writer-wins.ts';
import { fileChanges } from '../attacks/a23-file-changes.ts';
import { isFooled, requireText } from '../kit/attack.ts';
import { signByHand, targetEntry, type Envelope, type HandKey } from '../kit/by-hand.ts';
import type { Content } from '../kit/content.ts';
import { freshDownloader, type Source } from '../kit/downloader.ts';
import { writeFileAt } from '../kit/folders.ts';
import { got, holds } from '../kit/got.ts';
import type { Person } from '../kit/person.ts';
import type { Server } from '../kit/server.ts';
import type { Stage } from '../kit/stage.ts';
import { commit, nextTargets, writeTargets } from '../kit/targets-by-hand.ts';
import { timeToVisible } from '../kit/visible.ts';
import { release } from './operator.ts';

export interface Releasing {
  readonly operator: Person;
  readonly server: Server;
  readonly source: Source;
  readonly key: HandKey;
}

const tides = (version: string) => `harbour/tides/${version}/tides.txt`;

export async function releases(stage: Stage, scene: Releasing): Promise<void> {
  const { server, source, key } = scene;
  await lastWriterWins(stage, {
    begin: (product) => beginRelease(stage, scene, product),
    get: (product) => freshDownloader(stage, source, ['get', `harbour/${product}`])(),
  });
  await liedTo(stage, scene);
  const work = await clone(stage, scene);
  const file = stage.path('dist/tides.txt');
  await fileChanges(stage, {
    file,
    releaseAndGet: async (version) => {
      const content = await readFile(file);
      await timeToVisible(server, () => release(work, key, new Map([[tides(version), content]])));
      return got(stage, source, tides(version));
    },
  });
  await inTheNameOf(stage, scene);
}

/** In a clone of its own. What it resolves with counts on from main, and keeps its own targets. */
async function beginRelease(
  stage: Stage,
  scene: Releasing,
  product: string,
): Promise<() => Promise<unknown>> {
  const { server, key } = scene;
  const work = await clone(stage, scene);
  const target = `harbour/${product}/1.0.0/${product}.txt`;
  const content = Buffer.from('three piers\n');
  const next = await nextTargets(work);
  next.targets[target] = targetEntry(content);
  await writeFileAt(work.path('targets', target), content);
  return async () => {
    await work.git('fetch', '--quiet');
    await work.git('reset', '--quiet', '--soft', 'origin/main');
    const main = await work.git('show', 'origin/main:metadata/targets.json');
    const { version } = (JSON.parse(main) as Envelope).signed;
    await writeTargets(work, signByHand({ ...next, version: version + 1 }, [key]));
    await commit(work, `targets: ${product}`);
    await timeToVisible(server, () => work.git('push', '--quiet', 'origin', 'HEAD:main'));
  };
}

/** A22: whoever has the server's disk shows the operator another targets.json, for them to sign. */
async function liedTo(stage: Stage, scene: Releasing): Promise<void> {
  const { operator, server, source, key } = scene;
  const planted = tides('9.0.0');
  const liar = await clone(stage, scene);
  const content = (product: string): Content =>
    new Map([[`harbour/${product}/1.0.0/${product}.txt`, Buffer.from('red to port\n')]]);
  const lying = stage.path('lying.git');
  await isFooled(
    stage,
    {
      ...{ row: 'A22', what: 'the server shows targets with a file that nobody signed' },
      mount: async () => {
        await operator.git('clone', '--quiet', '--bare', `${server.home}/repository.git`, lying);
        await plant(liar, planted);
        await liar.git('push', '--quiet', lying, 'HEAD:main');
      },
      victim: async () => {
        await operator.git('clone', '--quiet', lying, 'lied-to');
        await release(operator.in('lied-to'), key, content('moorings'));
        await timeToVisible(server, () => takeOver(liar, lying));
        return got(stage, source, planted);
      },
      control: async () => {
        const work = await clone(stage, scene);
        await timeToVisible(server, () => release(work, key, content('lanterns')));
        await liar.git('pull', '--quiet');
        return freshDownloader(stage, source, ['get', 'harbour/lanterns'])();
      },
    },
    holds('every day'),
  );
}

/** One more target, and the old signatures. */
async function plant(work: Person, target: string): Promise<void> {
  const forged = Buffer.from('low water at noon, every day\n');
  const file = work.path('metadata/targets.json');
  const envelope = JSON.parse(await readFile(file, 'utf8')) as Envelope & {
    signed: { targets: Record<string, object> };
  };
  envelope.signed.targets[target] = targetEntry(forged);
  await writeTargets(work, envelope);
  await writeFileAt(work.path('targets', target), forged);
  await commit(work, 'nothing to see here');
}

/** What the operator has signed now, as if it followed what everybody else has. */
async function takeOver(liar: Person, lying: string): Promise<void> {
  await liar.git('fetch', '--quiet', lying, 'main');
  await liar.git('reset', '--quiet', '--hard', 'FETCH_HEAD');
  await liar.git('reset', '--quiet', '--soft', 'origin/main');
  await commit(liar, 'targets: moorings');
  await liar.git('push', '--quiet', 'origin', 'HEAD:main');
}

/** A37: git believes every name; nothing else is written down where one pushes to the disk. */
async function inTheNameOf(stage: Stage, scene: Releasing): Promise<void> {
  const { operator, server, key } = scene;
  const work = await clone(stage, scene);
  const bare = operator.in(`${server.home}/repository.git`);
  const pushAs = async (name: string) => {
    const names = { GIT_AUTHOR_NAME: name, GIT_COMMITTER_NAME: name };
    await timeToVisible(server, () => release(work.with(names), key, new Map()));
  };
  await isFooled(
    stage,
    {
      ...{ row: 'A37', what: '"I never pushed that", says bob, who pushed it as alice' },
      mount: () => pushAs('alice'),
      victim: () => bare.tryGit('log', '-1', '--format=%an pushed %h', 'main'),
      control: async () => {
        await pushAs('bob');
        return operator.tryTuf('verify', server.home, '--history');
      },
    },
    ({ stdout }) => Promise.resolve(requireText(stdout, 'alice pushed')),
  );
}

async function clone(stage: Stage, { operator, server }: Releasing): Promise<Person> {
  const name = stage.newName('clone');
  await operator.git('clone', '--quiet', `${server.home}/repository.git`, name);
  return operator.in(name);
}

/** Milestone 2: the same content in git; a daemon verifies what is committed and times it. */
import { otherRepository } from '../attacks/a35-other-repository.ts';
import { stolenKeys } from '../attacks/stolen-keys.ts';
import { cutPush } from '../attacks/a18-cut-push.ts';
import { fastForward } from '../attacks/a14-fast-forward.ts';
import { Attacker } from '../kit/attacker.ts';
import { readHandKey } from '../kit/by-hand.ts';
import { makeHome, makeKeys } from '../kit/ceremony.ts';
import { readReleases } from '../kit/content.ts';
import { newDownloader, type Source } from '../kit/downloader.ts';
import { oldSets } from '../kit/old-sets.ts';
import { serve } from '../kit/server.ts';
import { serverAttacks, takeBackup } from '../kit/server-attacks.ts';
import type { Stage } from '../kit/stage.ts';
import { serveFolder } from '../kit/static-server.ts';
import { duration } from '../kit/steps.ts';
import { Storage } from '../kit/storage.ts';
import { tamperedStorage } from '../kit/tampered-storage.ts';
import { hintAt } from '../kit/tuf-on-git.ts';
import { copyPublic, timeToVisible } from '../kit/visible.ts';
import { badCommits } from './bad-commits.ts';
import { release } from './operator.ts';
import { releases } from './releases.ts';
import { restart } from './restart.ts';

export async function run(stage: Stage): Promise<readonly string[]> {
  const { steps } = stage;
  const { before, all } = await readReleases();
  const keys = await makeKeys(stage);
  const home = await steps.step('the repository is made, without a hook', () =>
    makeHome(stage, keys, 'home', '--repository', 'lights', '--no-hook'),
  );
  const { operator, rootKey, targetsKey } = keys;
  const server = await steps.step('the daemon serves; no hook stands in front of git', () =>
    serve(stage, operator, home),
  );
  steps.note(`content ${server.content}, console ${server.console}`);

  const work = operator.in('work');
  await operator.git('clone', '--quiet', `${home}/repository.git`, 'work');
  const key = await readHandKey(targetsKey.file);
  const first = await steps.step('the operator signs by hand, and pushes with plain git', () =>
    timeToVisible(server, () => release(work, key, before)),
  );
  steps.note(
    `commit and push took ${duration(first.work)}; until visible: ${duration(first.visible)}`,
  );
  const old = stage.path('old');
  await copyPublic(server, old);
  const backup = await takeBackup(stage, operator, server);
  await steps.step('the next release, the same way', () =>
    timeToVisible(server, () => release(work, key, all)),
  );
  const source: Source = { root: `${home}/trust/root.json`, url: server.content };
  const alice = await newDownloader(stage, 'alice', source);
  await steps.step('alice gets the newest lighthouse, verified', () =>
    alice.tuf('get', 'lighthouse'),
  );

  await steps.act('Bad commits: they stand in git, and no client ever sees them');
  await badCommits(stage, { work, server, downloader: alice }, key);
  const storage = new Storage(stage.path('storage'), `${home}/public`);
  await storage.putRight();
  const mirror = { root: source.root, url: await serveFolder(stage, storage.folder) };
  await stage.unlessWalk('a tampered storage, A1 to A9', async () => {
    await steps.act('A tampered storage, as before: refused');
    const current = { role: 'targets', version: 3, mismatch: 'metadata.length' };
    await tamperedStorage(stage, { storage, source: mirror, ...current });
  });
  await steps.act('Old sets: refused by everybody as soon as the life of a timestamp is over');
  await oldSets(stage, { storage, source: mirror, old, regular: 'bob' });
  await stage.unlessWalk(
    'the server used, copied, restored, and its page, A12 to A15 and A34',
    () =>
      serverAttacks(stage, {
        ...{ operator, server, keys: keys.keys, storage, source: mirror },
        ...{ role: 'targets', old, backup },
      }),
  );
  await stage.unlessWalk(
    'another repository, and releases, A19, A22, A23, A35 and A37',
    async () => {
      const other = await makeHome(stage, keys, 'other-home', '--repository', 'harbours');
      const swapped = { storage, source: mirror, other: `${other}/public`, mark: 'harbours' };
      await otherRepository(stage, swapped);
      await steps.act('What those who release do not withstand');
      await releases(stage, { operator, server, source, key });
    },
  );
  const thief = { attacker: Attacker.in(work), root: rootKey, keys: [key] };
  await stolenKeys(stage, { ...thief, server, source });
  await stage.unlessWalk(
    'a push that is cut, and the online key misused, A14 and A18',
    async () => {
      await steps.act('A push that breaks off');
      await cutPush(stage, { work, server, key });
      await fastForward(stage, {
        ...{ operator, server, source, keys: keys.keys },
        ...{ pusher: Attacker.in(work), root: [keys.rootKey] },
      });
    },
  );
  await steps.act('Restart');
  await restart(stage, { operator, work, key, server });
  return [
    `${server.console}/ in a browser: the web page`,
    hintAt(alice, 'refresh'),
    `git clone ${home}/repository.git`,
  ];
}

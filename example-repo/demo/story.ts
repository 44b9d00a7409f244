/** The main job, end to end: people, a server with an HSM, maintainers, downloaders, attackers. */
import path from 'node:path';
import type { Person } from '../kit/person.ts';
import type { Stage } from '../kit/stage.ts';
import { top, tufOnGit } from '../kit/tuf-on-git.ts';
import { ceremony } from './act-1-ceremony.ts';
import { delegations } from './act-2-delegations.ts';
import { release } from './act-3-release.ts';
import { download } from './act-4-download.ts';
import { badPushes } from './act-5-bad-pushes.ts';
import { tamperedStorage } from './act-6-tampered-storage.ts';
import type { Scene } from './scene.ts';

export async function run(stage: Stage): Promise<readonly string[]> {
  const { steps } = stage;
  steps.act('1 · The ceremony: keys, repository, server');
  const scene = await ceremony(stage);
  steps.act('2 · Three projects and their maintainers');
  const { alice, bob, rogue } = await delegations(stage, scene);
  steps.act('3 · A release: this project, packed by npm');
  const tarball = await release(stage, scene, alice);
  steps.act('4 · A download, verified');
  const downloader = await download(stage, scene, tarball);
  steps.act('5 · Six bad pushes, by a maintainer gone rogue: the hook refuses each');
  await badPushes(stage, scene, rogue);
  steps.act('6 · A tampered storage: the client refuses each attempt');
  await tamperedStorage(stage, scene, { downloader, bob, tarball });
  const audit = await steps.step('the operator audits every commit, from the pinned root', () =>
    scene.operator.tuf('verify', scene.server.home),
  );
  steps.note(audit.split('\n')[0] ?? '');
  return whatToTry(scene, alice.person, downloader);
}

function whatToTry({ server }: Scene, alice: Person, downloader: Person): readonly string[] {
  const tuf = `node ${tufOnGit}`;
  return [
    '# as the downloader',
    `export TUF_ON_GIT_DATA=${downloader.env['TUF_ON_GIT_DATA'] ?? ''}`,
    `${tuf} list`,
    `${tuf} get handbook/rules --dir ${downloader.path('downloads')}`,
    '# as alice, who releases',
    `cd ${alice.path('work')}`,
    `${tuf} add tuf-on-git/licence/0.1.0/LICENSE ${path.join(top, 'LICENSE')}`,
    `${tuf} sign`,
    `${tuf} push`,
    '# as the operator',
    `${tuf} verify ${server.home}`,
    `curl -s ${server.console}/readyz`,
    '# as anybody',
    `curl -s ${server.content}/metadata/timestamp.json`,
    `git clone ${server.console}/repository.git /tmp/read-along`,
  ];
}

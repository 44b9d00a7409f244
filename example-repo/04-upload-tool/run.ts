/** Milestone 4: the same server; maintainers release with a tool that signs only what it has checked. */
import type { Stage } from '../kit/stage.ts';
import { storageAttacks } from '../kit/storage-attacks.ts';
import { hintAt } from '../kit/tuf-on-git.ts';
import { gateAndStore, whoSentWhat } from '../kit/uploads-attacks.ts';
import { gated, openUploads, releaseContent, stored } from '../kit/uploads-scene.ts';
import { signsWhatItChecked } from './signs-what-it-checked.ts';
import { byTool, workspace } from './tool.ts';
import { twoAtOnce } from './two-at-once.ts';

export async function run(stage: Stage): Promise<readonly string[]> {
  const { steps } = stage;
  const scene = await openUploads(stage);
  const { alice, server } = scene;
  const work = await steps.step('alice clones, and has what she clones verified', () =>
    workspace(scene, alice, server.console),
  );
  const release = byTool(work);
  const released = await releaseContent(stage, scene, release);
  await stage.unlessWalk('the gate and the store, A16 to A21 and A33', () =>
    gateAndStore(stage, gated(scene, released)),
  );
  await steps.act('Two releases at once');
  await twoAtOnce(stage, scene, release);
  await steps.act('The one who signs');
  await signsWhatItChecked(stage, scene);
  await stage.unlessWalk('a tampered storage and who sent what, A1 to A9 and A37', async () => {
    await storageAttacks(stage, stored(scene, released));
    await whoSentWhat(stage, scene);
  });
  return [
    `${server.console}/ in a browser: the web page`,
    hintAt(released.downloader, 'list'),
    `cd ${work.path()} && ${hintAt(alice.person, 'upload', 'FILE', '--to', 'PROJECT/PRODUCT/VERSION')}`,
    `curl -s ${server.console}/api/v1/status`,
  ];
}

/** Milestone 4: the same server; maintainers release with a tool that signs only what it has checked. */
import { twoAtOnce } from '../attacks/a19-two-at-once.ts';
import { signsWhatItChecked } from '../attacks/a22-signs-what-it-checked.ts';
import { stolenKeys } from '../attacks/stolen-keys.ts';
import { Attacker } from '../kit/attacker.ts';
import { succeeded } from '../kit/command.ts';
import type { Holder } from '../kit/holder.ts';
import { byTool, workspace, type Maintainer } from '../kit/maintainer.ts';
import type { Stage } from '../kit/stage.ts';
import { storageAttacks } from '../kit/storage-attacks.ts';
import { hintAt } from '../kit/tuf-on-git.ts';
import { gateAndStore, whoSentWhat } from '../kit/uploads-attacks.ts';
import {
  gated,
  onlineKeyReplaced,
  openUploads,
  releaseContent,
  stored,
} from '../kit/uploads-scene.ts';

export async function run(stage: Stage): Promise<readonly string[]> {
  const { steps } = stage;
  const scene = await openUploads(stage);
  const { alice, bob, ceremony, server, source } = scene;
  const toolOf = (holder: Holder): Maintainer => {
    return { holder, key: ceremony.targetsKey.uri, role: 'targets', project: 'harbour' };
  };
  const work = await steps.step('alice clones, and has what she clones verified', () =>
    workspace(source, toolOf(alice), server.console),
  );
  const release = byTool(work);
  const released = await releaseContent(stage, scene, release);
  await stage.unlessWalk('the gate and the store, A16 to A21 and A33', () =>
    gateAndStore(stage, gated(scene, released)),
  );
  await stage.unlessWalk('two releases at once, A19', async () => {
    await steps.act('Two releases at once');
    const piers = 'harbour/piers/1.0.0/piers.txt';
    await twoAtOnce(stage, {
      ...{ server, source, maintainer: toolOf(bob) },
      other: {
        ...{ what: 'alice releases', target: piers },
        release: async (file) => succeeded(await release(piers, file)),
      },
    });
  });
  await steps.act('The one who signs');
  await signsWhatItChecked(stage, { ...scene, maintainer: toolOf(alice) });
  await stage.unlessWalk('a tampered storage and who sent what, A1 to A9 and A37', async () => {
    await storageAttacks(stage, stored(scene, released));
    await whoSentWhat(stage, scene);
    await onlineKeyReplaced(stage, scene);
  });
  const attacker = await Attacker.enter(stage, scene.operator, server);
  await stolenKeys(stage, { ...scene, attacker, root: ceremony.rootKey });
  return [
    `${server.console}/ in a browser: the web page`,
    hintAt(released.downloader, 'list'),
    `cd ${work.path()} && ${hintAt(alice.person, 'upload', 'FILE', '--to', 'PROJECT/PRODUCT/VERSION')}`,
    `curl -s ${server.console}/api/v1/status`,
  ];
}

/** Milestone 3: a gate in front of git, and an API; a plain script signs what the server prepares. */
import { stolenKeys } from '../attacks/stolen-keys.ts';
import { Attacker } from '../kit/attacker.ts';
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
import { byScript } from './script.ts';
import { signsAnything } from './signs-anything.ts';
import { twoAtOnce } from './two-at-once.ts';

export async function run(stage: Stage): Promise<readonly string[]> {
  const { steps } = stage;
  const scene = await openUploads(stage);
  const { alice, ceremony, server } = scene;
  const release = byScript(alice, ceremony.targetsKey.file);
  const released = await releaseContent(stage, scene, release);
  await gateAndStore(stage, gated(scene, released));
  await stage.unlessWalk('two releases at once, A19', async () => {
    await steps.act('Two releases at once');
    await twoAtOnce(stage, scene);
  });
  await steps.act('The one who signs: whatever the server hands over, whatever lies in the folder');
  await signsAnything(stage, scene);
  await stage.unlessWalk('a tampered storage and old sets, A1 to A9', () =>
    storageAttacks(stage, stored(scene, released)),
  );
  await stage.unlessWalk('who sent what, A37', () => whoSentWhat(stage, scene));
  const attacker = await Attacker.enter(stage, scene.operator, server);
  await stolenKeys(stage, { ...scene, attacker, root: ceremony.rootKey });
  await stage.unlessWalk('the online key is misused and replaced, A14', () =>
    onlineKeyReplaced(stage, scene),
  );
  return [
    `${server.console}/ in a browser: the web page`,
    hintAt(released.downloader, 'list'),
    `curl -s ${server.console}/api/v1/status`,
    `curl -s ${server.console}/api/v1/targets?prefix=lighthouse/`,
  ];
}

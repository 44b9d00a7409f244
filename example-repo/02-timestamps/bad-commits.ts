/** Metadata that no client may see, in a repository into which anybody may commit anything. */
import { neverPublished, pastEveryDoor, type Tampered } from '../kit/never-published.ts';
import type { Stage } from '../kit/stage.ts';
import { commit, nextTargets, writeTargets } from '../kit/targets-by-hand.ts';

export async function badCommits(stage: Stage, scene: Tampered): Promise<void> {
  const { work } = scene;
  const attack = { row: 'A16', what: 'an unsigned change is pushed', code: 'role.threshold' };
  await neverPublished(stage, scene, attack, async () => {
    await writeTargets(work, { signed: await nextTargets(work), signatures: [] });
    await commit(work, 'not signed');
    await work.git('push', '--quiet', 'origin', 'main');
  });
  await pastEveryDoor(stage, scene);
}

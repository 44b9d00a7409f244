/** Metadata that no client may see, in a repository into which anybody may commit anything. */
import { signByHand, targetEntry, type HandKey } from '../kit/by-hand.ts';
import { outside } from '../kit/door-attacks.ts';
import { neverPublished, pastEveryDoor, type Tampered } from '../kit/never-published.ts';
import type { Stage } from '../kit/stage.ts';
import { commit, nextTargets, writeTargets } from '../kit/targets-by-hand.ts';
import { hostile } from '../attacks/a33-hostile-names.ts';
import { writeFileAt } from '../kit/folders.ts';

export async function badCommits(stage: Stage, scene: Tampered, key: HandKey): Promise<void> {
  const { work } = scene;
  const attack = { row: 'A16', what: 'an unsigned change is pushed', code: 'role.threshold' };
  await neverPublished(stage, scene, attack, async () => {
    await writeTargets(work, { signed: await nextTargets(work), signatures: [] });
    await commit(work, 'not signed');
    await work.git('push', '--quiet', 'origin', 'main');
  });
  await stage.unlessWalk('hostile names and paths, A10 and A33', () =>
    hostileNames(stage, scene, key),
  );
  await pastEveryDoor(stage, scene);
}

async function hostileNames(stage: Stage, scene: Tampered, key: HandKey): Promise<void> {
  const { work } = scene;
  const named = { row: 'A33', what: 'a name with terminal escapes is signed and pushed' };
  await neverPublished(stage, scene, { ...named, code: 'git.name' }, async () => {
    const next = await nextTargets(work);
    const content = Buffer.from('a harbour\n');
    next.targets[`harbour/harbour/1.2.0/${hostile.terminal}`] = targetEntry(content);
    await writeFileAt(work.path('targets/harbour/harbour/1.2.0', hostile.terminal), content);
    await writeTargets(work, signByHand(next, [key]));
    await commit(work, 'a name');
    await work.git('push', '--quiet', 'origin', 'main');
  });
  const path = { row: 'A10', what: 'a target path that leaves the folder', code: 'path.form' };
  await neverPublished(stage, scene, path, async () => {
    const next = await nextTargets(work);
    next.targets[outside] = targetEntry(Buffer.from('export PATH=.\n'));
    await writeTargets(work, signByHand(next, [key]));
    await commit(work, 'signed, and yet');
    await work.git('push', '--quiet', 'origin', 'main');
  });
}

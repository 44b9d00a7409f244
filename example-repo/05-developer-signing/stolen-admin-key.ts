/** A24 and A32: the key of targets decides who signs what; alone it decides that for everybody. */
import { isFooled, requireText, withstands } from '../kit/attack.ts';
import { listing, type Attacker } from '../kit/attacker.ts';
import { newHandKey, type HandKey } from '../kit/by-hand.ts';
import { succeeded } from '../kit/command.ts';
import { newest } from '../kit/content.ts';
import { handedTo } from '../kit/delegations.ts';
import { freshDownloader } from '../kit/downloader.ts';
import { got, holds } from '../kit/got.ts';
import type { Stage } from '../kit/stage.ts';
import { timeToVisible } from '../kit/visible.ts';
import type { ProjectsScene } from './open.ts';
import { takeOver } from './take-over.ts';

const forged = 'lighthouse/lighthouse/9.0.0/lighthouse-9.0.0.sh';
const content = 'echo this is not the lighthouse\n';

export async function stolenAdminKey(
  stage: Stage,
  scene: ProjectsScene,
  attacker: Attacker,
): Promise<void> {
  const { admin, alice, operator, server, source } = scene;
  const thief = newHandKey();
  await withstands(
    stage,
    {
      ...{ row: 'A32', what: "targets lists a file of alice's role itself, before her" },
      victim: () => attacker.release('targets', [admin.hand], newest, content),
      control: freshDownloader(stage, source, ['get', 'lighthouse']),
    },
    'path.shadows',
  );
  await isFooled(
    stage,
    {
      ...{ row: 'A24', what: "the admin's key is stolen, and gives alice's role to the thief" },
      mount: async () => {
        await timeToVisible(server, () => seize(attacker, admin.hand, thief));
      },
      victim: () => got(stage, source, forged),
      control: freshDownloader(stage, source, ['get', 'lighthouse']),
    },
    holds('not the lighthouse'),
  );
  const audit = await stage.steps.step('the whole history names who sent that', () =>
    operator.tuf('verify', server.home, '--history', '--json'),
  );
  stage.steps.note(requireText(audit, `"by": "${attacker.work.name}"`));
  await stage.unlessWalk('the admin gives the role back to alice', async () => {
    await stage.steps.step('the admin notices, and gives the role back to alice', () =>
      takeOver(scene, { project: 'lighthouse', from: thief.keyid, to: alice, bad: [forged] }),
    );
    stage.steps.note('the thief still has the key: carol would have to replace it in root');
  });
}

/** One push: the thief's key in the place of alice's, and what it signs at once. */
async function seize(attacker: Attacker, stolen: HandKey, own: HandKey): Promise<void> {
  const role = 'lighthouse';
  const changes = [
    { role: 'targets', keys: [stolen], edit: handedTo(role, [own]) },
    { role, keys: [own], edit: listing(forged, content) },
  ];
  succeeded(await attacker.push(changes, { [forged]: content }));
}

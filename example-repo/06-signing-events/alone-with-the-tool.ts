/** A19, A22 and A23 in tuf-on-git, as long as alice signs it alone: as before. */
import { twoAtOnce } from '../attacks/a19-two-at-once.ts';
import { signsWhatItChecked } from '../attacks/a22-signs-what-it-checked.ts';
import type { Maintainer } from '../kit/maintainer.ts';
import type { Stage } from '../kit/stage.ts';
import { timeToVisible } from '../kit/visible.ts';
import type { EventsScene } from './open.ts';
import { propose } from './release.ts';

export async function aloneWithTheTool(stage: Stage, scene: EventsScene): Promise<void> {
  const { alice, bob, carol } = scene;
  const project = 'tuf-on-git';
  const { holder, key } = alice;
  const maintainer: Maintainer = { holder, key: key.uri, role: project, project };
  await stage.steps.act('Two at once: a release, and an event that lands');
  const target = 'harbour/piers/1.0.0/piers.txt';
  await twoAtOnce(stage, {
    ...{ ...scene, maintainer },
    other: {
      ...{ what: 'an event of bob and carol lands', target },
      release: async (file) => {
        await propose(bob, 'piers', [[target, file]]);
        await timeToVisible(scene.server, () => carol.work.tuf('sign', 'piers', '--yes'));
      },
    },
  });
  await stage.steps.act('The one who signs');
  await signsWhatItChecked(stage, { ...scene, maintainer });
}

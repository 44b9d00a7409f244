/** A36: all the keys that a project needs are stolen: that project is lost, and no other. */
import { comesAbout } from '../kit/attack.ts';
import type { Attacker } from '../kit/attacker.ts';
import { succeeded } from '../kit/command.ts';
import { freshDownloader } from '../kit/downloader.ts';
import { got, holds } from '../kit/got.ts';
import { refusalIn } from '../kit/refusal.ts';
import type { Stage } from '../kit/stage.ts';
import { timeToVisible } from '../kit/visible.ts';
import type { EventsScene } from './open.ts';
import { takeOverHarbour } from './take-over.ts';

const forged = 'harbour/harbour/9.0.0/harbour-9.0.0.txt';
const newestLighthouse = 'lighthouse/lighthouse/9.0.0/lighthouse-9.0.0.sh';

export async function stolenTeam(
  stage: Stage,
  scene: EventsScene,
  attacker: Attacker,
): Promise<void> {
  const { bob, carol, server, source } = scene;
  const team = [bob.hand, carol.hand];
  const release = (role: string, target: string) => () =>
    attacker.release(role, team, target, 'not the harbour\n');
  await comesAbout(
    stage,
    {
      ...{ row: 'A36', what: "bob's and carol's keys are stolen, both that harbour needs" },
      mount: async () => {
        await timeToVisible(server, async () => succeeded(await release('harbour', forged)()));
      },
      victim: () => got(stage, source, forged),
      control: freshDownloader(stage, source, ['get', 'harbour']),
    },
    'limited to the project',
    async (ended) => {
      refusalIn(await release('lighthouse', newestLighthouse)(), 'signature.unauthorised');
      return `${await holds('not the harbour')(ended)}; lighthouse takes neither key nor file`;
    },
  );
  await takeOverHarbour(stage, scene, forged);
}

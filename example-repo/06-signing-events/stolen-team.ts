/** A25, A36, A29: all the keys that a project needs are stolen: it is lost, and no other, until they go. */
import { comesAbout, withstands } from '../kit/attack.ts';
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
  await withstands(
    stage,
    {
      ...{ row: 'A25', what: "bob's and carol's keys are stolen, and sign a lighthouse as theirs" },
      victim: release('harbour', newestLighthouse),
      control: freshDownloader(stage, source, ['get', 'lighthouse']),
    },
    'path.outside-delegation',
  );
  await comesAbout(
    stage,
    {
      ...{ row: 'A36', what: 'they sign a harbour: they are all that it needs' },
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
  await withstands(
    stage,
    {
      ...{ row: 'A29', what: 'the old keys go on signing' },
      victim: release('harbour', forged),
      control: freshDownloader(stage, source, ['get', 'harbour']),
    },
    'signature.unauthorised',
  );
}

/** A25, A26, A29 and A36: what the key of one developer is good for in the hands of somebody else. */
import { comesAbout, withstands, type Attack } from '../kit/attack.ts';
import type { Attacker } from '../kit/attacker.ts';
import { succeeded } from '../kit/command.ts';
import { newest } from '../kit/content.ts';
import { freshDownloader } from '../kit/downloader.ts';
import { got, holds } from '../kit/got.ts';
import { refusalIn } from '../kit/refusal.ts';
import { makeKey, type Signer } from '../kit/signer.ts';
import type { Stage } from '../kit/stage.ts';
import { timeToVisible } from '../kit/visible.ts';
import type { ProjectsScene } from './open.ts';
import { takeOver } from './take-over.ts';

const forged = 'harbour/harbour/9.0.0/harbour-9.0.0.txt';
const another = 'harbour/harbour/9.1.0/harbour-9.1.0.txt';

/** @returns target paths of what was signed with it */
export async function stolenDeveloperKey(
  stage: Stage,
  { bob, server, source }: ProjectsScene,
  attacker: Attacker,
): Promise<readonly string[]> {
  const signs = [bob.hand];
  await withstands(
    stage,
    {
      ...{ row: 'A25', what: "bob's key is stolen, and signs a lighthouse" },
      victim: () => attacker.release('harbour', signs, `${newest}.new`, 'not the lighthouse\n'),
      control: () =>
        attacker.release('harbour', signs, 'harbour/piers/1.0.0/piers.txt', 'three piers\n'),
    },
    'path.outside-delegation',
  );
  const ownProject = (row: string, what: string, target: string): Attack => ({
    ...{ row, what },
    mount: async () => {
      const release = () => attacker.release('harbour', signs, target, 'not the harbour\n');
      await timeToVisible(server, async () => succeeded(await release()));
    },
    victim: () => got(stage, source, target),
    control: freshDownloader(stage, source, ['get', 'harbour']),
  });
  const bad = [forged];
  const limited = 'limited to the project';
  const signsHarbour = ownProject('A26', 'it signs a harbour, which people then get', forged);
  await comesAbout(stage, signsHarbour, limited, async (ended) => {
    succeeded(await freshDownloader(stage, source, ['get', 'lighthouse'])());
    return `${await holds('not the harbour')(ended)}; the lighthouse is what it was`;
  });
  await stage.unlessWalk('all keys of a project are stolen, A36', async () => {
    bad.push(another);
    const allOfThem = ownProject('A36', 'it is all that harbour needs, and signs another', another);
    await comesAbout(stage, allOfThem, limited, async (ended) => {
      const asLighthouse = await attacker.release('lighthouse', signs, `${newest}.new`, 'no\n');
      refusalIn(asLighthouse, 'signature.unauthorised');
      return `${await holds('not the harbour')(ended)}; lighthouse takes neither key nor file`;
    });
  });
  return bad;
}

/** @param bad what has to go @returns bob, with his new key */
export async function replacedKey(
  stage: Stage,
  scene: ProjectsScene,
  attacker: Attacker,
  bad: readonly string[],
): Promise<Signer> {
  const { bob, source } = scene;
  const again: Signer = { ...bob, ...(await makeKey(bob.person, 'key-2')) };
  await stage.steps.step(
    'bob makes another key, and the admin puts it in the place of the old',
    () => takeOver(scene, { project: 'harbour', from: '@bob', to: again, bad }),
  );
  await withstands(
    stage,
    {
      ...{ row: 'A29', what: 'the old key goes on signing' },
      victim: () => attacker.release('harbour', [bob.hand], `${forged}.again`, 'no harbour\n'),
      control: freshDownloader(stage, source, ['get', 'harbour']),
    },
    'signature.unauthorised',
  );
  return again;
}

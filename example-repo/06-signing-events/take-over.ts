/** What is done about a stolen team: other keys take the place of theirs, and the bad release goes. */
import { ask, makeKey, type Signer } from '../kit/signer.ts';
import type { Stage } from '../kit/stage.ts';
import { timeToVisible } from '../kit/visible.ts';
import type { EventsScene } from './open.ts';

/** @param bad target path of harbour that has to go */
export async function takeOverHarbour(
  { steps }: Stage,
  scene: EventsScene,
  bad: string,
): Promise<void> {
  const { server, admins } = scene;
  const [bob, carol] = await steps.step('bob and carol make other keys', () =>
    Promise.all([withAnotherKey(scene.bob), withAnotherKey(scene.carol)]),
  );
  await steps.step('two admins put them in the place of the stolen ones, and both sign', () =>
    timeToVisible(server, async () => {
      const [one, two] = admins;
      await one.work.tryTuf('status', '--fetch');
      const replace = [
        ...['--replace-key', `@bob=${bob.key.publicKey}`],
        ...['--replace-key', `@carol=${carol.key.publicKey}`],
      ];
      await ask(one.work, 'role', 'set', 'harbour', '--take-over', ...replace, '--event', 'stolen');
      await ask(two.work, 'sign', 'stolen');
      await ask(bob.work, 'sign', 'stolen', '--key', bob.key.uri);
      await carol.work.tuf('sign', 'stolen', '--yes', '--key', carol.key.uri);
    }),
  );
  await steps.step('they take the bad release away', () =>
    timeToVisible(server, async () => {
      await bob.work.tryTuf('status', '--fetch');
      await bob.work.tuf('remove', bad);
      await ask(bob.work, 'sign', '--key', bob.key.uri);
      await bob.work.tryTuf('push', 'without-it');
      await carol.work.tuf('sign', 'without-it', '--yes', '--key', carol.key.uri);
    }),
  );
}

async function withAnotherKey(signer: Signer): Promise<Signer> {
  return { ...signer, ...(await makeKey(signer.person, 'key-2')) };
}

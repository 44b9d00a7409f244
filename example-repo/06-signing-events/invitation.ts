/** Carol is invited to sign tuf-on-git, and brings her key herself; from then on two must sign. */
import { ask } from '../kit/signer.ts';
import type { Stage } from '../kit/stage.ts';
import { timeToVisible } from '../kit/visible.ts';
import type { EventsScene } from './open.ts';

const event = 'carol-joins';

export async function invitation(stage: Stage, scene: EventsScene): Promise<void> {
  const { steps } = stage;
  const { admins, carol, server } = scene;
  const [one, two] = admins;
  await steps.step('an admin invites @carol to sign tuf-on-git', async () => {
    await one.work.tuf('status', '--fetch');
    await one.work.tuf('role', 'invite', 'tuf-on-git', '@carol', '--event', event);
  });
  await steps.step('carol brings her key, and proves that it is hers', () =>
    carol.work.tuf('accept', event, '--yes'),
  );
  const shown = await carol.person.tuf('key', 'show', carol.key.publicKey, '--json');
  const { fingerprint } = JSON.parse(shown) as { fingerprint: string };
  steps.note(`the fingerprint that she reads out: ${fingerprint}`);
  const takeIn = ['sign', event, '--take-in', fingerprint];
  await steps.step('two admins compare it, and sign her in', () =>
    timeToVisible(server, async () => {
      await ask(one.work, ...takeIn);
      await two.work.tuf(...takeIn, '--yes');
    }),
  );
  await fromNowOnTwo(stage, scene);
}

async function fromNowOnTwo({ steps }: Stage, scene: EventsScene): Promise<void> {
  const { admins, alice, carol, server } = scene;
  const [one, two] = admins;
  await steps.step('from now on two must sign tuf-on-git: two admins, alice and carol agree', () =>
    timeToVisible(server, async () => {
      await one.work.tuf('status', '--fetch');
      const set = ['role', 'set', 'tuf-on-git', '--threshold', '2'];
      await ask(one.work, ...set, '--event', 'two-sign');
      for (const { work } of [two, alice]) await ask(work, 'sign', 'two-sign');
      await carol.work.tuf('sign', 'two-sign', '--yes');
    }),
  );
}

/** A30: what was proposed and given up does not come back, whoever completes it. */
import { readFile } from 'node:fs/promises';
import { withstands } from '../kit/attack.ts';
import type { Attacker } from '../kit/attacker.ts';
import { signByHand, type Envelope, type HandKey, type TargetsSigned } from '../kit/by-hand.ts';
import type { Ended } from '../kit/command.ts';
import { writeFileAt } from '../kit/folders.ts';
import type { Stage } from '../kit/stage.ts';
import { writeTargets } from '../kit/targets-by-hand.ts';
import type { EventsScene } from './open.ts';
import { propose } from './release.ts';

const target = 'lighthouse/lighthouse/1.2.0/lighthouse-1.2.0.sh';
const event = 'lighthouse-1.2.0';

/** @param attacker has bob's key, or is bob on another day */
export async function abandoned(
  stage: Stage,
  { alice, bob, carol }: EventsScene,
  attacker: Attacker,
): Promise<void> {
  const { steps } = stage;
  const file = alice.person.path('lighthouse-1.2.0.sh');
  await writeFileAt(file, 'echo a lighthouse with a fault\n');
  const missing = await steps.step('alice proposes a lighthouse', () =>
    propose(alice, event, [[target, file]]),
  );
  steps.note(missing);
  await attacker.work.git('fetch', '--quiet', 'origin', `+refs/heads/sign/${event}:kept`);
  await steps.step('bob finds a fault in it, and withdraws the event', () =>
    bob.work.tuf('event', 'withdraw', event, '--yes'),
  );
  await withstands(
    stage,
    {
      ...{ row: 'A30', what: "somebody kept it, and completes it later with bob's key" },
      victim: () => complete(attacker, bob.hand),
      control: () =>
        attacker.push([{ role: 'harbour', keys: [bob.hand, carol.hand], edit: (next) => next }]),
    },
    'event.withdrawn',
  );
}

/** What alice has signed, with the signature that it lacked. */
async function complete(attacker: Attacker, key: HandKey): Promise<Ended> {
  const { work } = attacker;
  await attacker.backToMain();
  await work.git('checkout', '--quiet', 'kept', '--', 'metadata/lighthouse.json', 'targets');
  const text = await readFile(work.path('metadata/lighthouse.json'), 'utf8');
  const { signed, signatures } = JSON.parse(text) as Envelope<TargetsSigned>;
  const added = signByHand(signed, [key]).signatures;
  await writeTargets(work, { signed, signatures: [...signatures, ...added] }, 'lighthouse');
  return attacker.send('completed');
}

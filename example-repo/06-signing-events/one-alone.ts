/** A24, A26, A27, A28 and A32: what is refused where two have to sign, and what even if they do. */
import { belongingTo } from '../attacks/a27-rogue-root-admin.ts';
import { withstands } from '../kit/attack.ts';
import { listing, type Attacker } from '../kit/attacker.ts';
import { newHandKey, type HandKey, type TargetsSigned } from '../kit/by-hand.ts';
import { newest } from '../kit/content.ts';
import { handedTo, underAnotherId } from '../kit/delegations.ts';
import type { Stage } from '../kit/stage.ts';
import type { EventsScene } from './open.ts';

const same = (next: TargetsSigned): TargetsSigned => next;

/** @param attacker has one key of the admins, and one of each project */
export async function oneAlone(
  stage: Stage,
  { admins, alice, bob }: EventsScene,
  attacker: Attacker,
): Promise<void> {
  const [{ hand: one }, { hand: two }] = admins;
  const thief = newHandKey();
  const targets = (keys: readonly HandKey[], edit: typeof same) => () =>
    attacker.push([{ role: 'targets', keys, edit }]);
  await withstands(
    stage,
    {
      ...{ row: 'A24', what: "an admin's key is stolen, and gives lighthouse to the thief" },
      victim: targets([one], handedTo('lighthouse', [thief])),
      control: targets([one, two], same),
    },
    'role.threshold',
  );
  const forged = 'lighthouse/lighthouse/9.0.0/lighthouse-9.0.0.sh';
  await withstands(
    stage,
    {
      ...{ row: 'A26', what: "alice's key is stolen, and signs a lighthouse" },
      victim: () => attacker.release('lighthouse', [alice.hand], forged, 'no lighthouse\n'),
      control: () =>
        attacker.push([{ role: 'lighthouse', keys: [alice.hand, bob.hand], edit: same }]),
    },
    'role.threshold',
  );
  await withstands(
    stage,
    {
      ...{ row: 'A27', what: 'one of the root admins makes a root of their own' },
      victim: () => attacker.pushRoot({ edit: belongingTo(thief), keys: [one, thief] }),
      control: () => attacker.pushRoot({ edit: (next) => next, keys: [one, two] }),
    },
    'root.threshold',
  );
  await withstands(
    stage,
    {
      ...{ row: 'A32', what: 'two admins list a file of lighthouse in targets, before it' },
      victim: () => attacker.release('targets', [one, two], newest, 'no lighthouse\n'),
      control: targets([one, two], same),
    },
    'path.shadows',
  );
  const twice = [alice.hand, underAnotherId(alice.hand)];
  await withstands(
    stage,
    {
      ...{ row: 'A28', what: "alice's key comes a second time, under another id" },
      victim: () =>
        attacker.push([
          { role: 'targets', keys: [one, two], edit: handedTo('lighthouse', twice, 2) },
          { role: 'lighthouse', keys: twice, edit: listing(forged, 'no lighthouse\n') },
        ]),
      control: targets([one, two], same),
    },
    'key.same-key',
  );
}

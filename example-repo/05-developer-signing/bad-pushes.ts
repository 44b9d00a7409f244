/** A developer turns on the others, with a key, a token and plain git: the hook refuses each push. */
import type { Attacker } from '../kit/attacker.ts';
import { listing } from '../kit/attacker.ts';
import type { Ended } from '../kit/command.ts';
import { refused } from '../kit/refusal.ts';
import type { Server } from '../kit/server.ts';
import type { Signer } from '../kit/signer.ts';
import type { Stage } from '../kit/stage.ts';
import { StoryFailure } from '../kit/story-failure.ts';
import { visible } from '../kit/visible.ts';

export interface Rogue {
  readonly server: Server;
  readonly attacker: Attacker;
  /** Whose key the attacker has: that of harbour. */
  readonly bob: Signer;
}

export async function badPushes(stage: Stage, rogue: Rogue): Promise<void> {
  const { attacker, server } = rogue;
  const [tip, before] = [await attacker.tip(), await visible(server)];
  for (const { what, code, push } of attemptsOf(rogue)) await refused(stage, what, code, push);
  await stage.steps.step('after all that: main and what clients see are as before', async () => {
    const after = await visible(server);
    if ((await attacker.tip()) === tip && after.snapshot === before.snapshot) return;
    throw new StoryFailure('a bad push has changed something');
  });
}

interface Attempt {
  readonly what: string;
  readonly code: string;
  readonly push: () => Promise<Ended>;
}

function attemptsOf({ attacker, bob: { hand } }: Rogue): readonly Attempt[] {
  const chart = 'harbour/chart/1.0.0/chart.txt';
  return [
    {
      what: "a change of alice's role, signed by bob",
      code: 'signature.unauthorised',
      push: () => attacker.push([{ role: 'lighthouse', edit: (next) => next, keys: [hand] }]),
    },
    {
      what: 'his own role, with a version left out',
      code: 'role.version-not-next',
      push: () =>
        attacker.push([
          {
            role: 'harbour',
            edit: (next) => ({ ...next, version: next.version + 1 }),
            keys: [hand],
          },
        ]),
    },
    {
      what: 'a target whose hash fits no file',
      code: 'target.hash',
      push: () => attacker.release('harbour', [hand], chart, 'south is up\n', 'north is up\n'),
    },
    {
      what: 'a rewritten history, pushed with --force',
      code: 'git.force-push',
      push: () => attacker.rewrite([{ role: 'harbour', edit: listing(chart, ''), keys: [hand] }]),
    },
  ];
}

/** A rogue maintainer with a key, a token and plain git: what the rules forbid does not get in. */
import type { Ended } from '../kit/command.ts';
import { refused } from '../kit/refusal.ts';
import type { Stage } from '../kit/stage.ts';
import { StoryFailure } from '../kit/story-failure.ts';
import { visible } from '../kit/visible.ts';
import { Attacker } from './attacker.ts';
import type { Keyed, Scene } from './scene.ts';

export async function badPushes(stage: Stage, scene: Scene, rogue: Keyed): Promise<void> {
  const { steps } = stage;
  const attacker = await steps.step('the rogue clones with plain git', () =>
    Attacker.enter(scene, rogue),
  );
  const [tip, before] = [await attacker.remoteTip(), await visible(scene.server)];
  for (const { what, code, push } of attemptsOf(attacker)) await refused(stage, what, code, push);
  await steps.step('after all that: main and what clients see are as before', async () => {
    const after = await visible(scene.server);
    if ((await attacker.remoteTip()) === tip && after.snapshot === before.snapshot) return;
    throw new StoryFailure('a bad push has changed something');
  });
}

interface Attempt {
  readonly what: string;
  readonly code: string;
  readonly push: () => Promise<Ended>;
}

function attemptsOf(rogue: Attacker): readonly Attempt[] {
  return [
    {
      what: "an unsigned change of alice's role",
      code: 'role.threshold',
      push: () => rogue.changeRole('tuf-on-git', (signed) => signed, { signs: false }),
    },
    {
      what: "alice's role, signed by the rogue",
      code: 'signature.unauthorised',
      push: () => rogue.changeRole('tuf-on-git', (signed) => signed),
    },
    {
      what: 'its own role, with a version left out',
      code: 'role.version-not-next',
      push: () =>
        rogue.changeRole('games', (signed) => ({ ...signed, version: signed.version + 1 })),
    },
    {
      what: 'a target whose hash fits no file',
      code: 'target.hash',
      push: () =>
        rogue.addTarget('games/chess/1.0.0/chess.txt', { file: 'e2 e5', signed: 'e2 e4' }),
    },
    {
      what: 'a rewritten history, pushed with --force',
      code: 'git.force-push',
      push: () => rogue.rewriteHistory(),
    },
    {
      what: 'a target in the namespace of alice',
      code: 'path.outside-delegation',
      push: () => {
        const content = 'console.log("mine now")\n';
        const target = 'tuf-on-git/tuf-on-git/9.0.0/tuf-on-git-9.0.0.tgz';
        return rogue.addTarget(target, { file: content, signed: content });
      },
    },
  ];
}

/** Metadata that no client may see, in a repository into which anybody may commit anything. */
import { newHandKey, signByHand } from '../kit/by-hand.ts';
import type { Person } from '../kit/person.ts';
import { untilAlarm, untilReady } from '../kit/readiness.ts';
import type { Server } from '../kit/server.ts';
import type { Stage } from '../kit/stage.ts';
import { StoryFailure } from '../kit/story-failure.ts';
import { visible } from '../kit/visible.ts';
import { commit, nextTargets, writeTargets } from './operator.ts';

interface Scene {
  /** Somebody in a clone of the repository. */
  readonly work: Person;
  readonly home: string;
  readonly server: Server;
  readonly alice: Person;
}

export async function badCommits(stage: Stage, scene: Scene): Promise<void> {
  const { work } = scene;
  const bare = work.in(`${scene.home}/repository.git`);
  await neverPublished(
    stage,
    scene,
    'A16 an unsigned change is pushed',
    'role.threshold',
    async () => {
      await writeTargets(work, { signed: await nextTargets(work), signatures: [] });
      await commit(work, 'not signed');
      await work.git('push', '--quiet', 'origin', 'main');
    },
  );
  await neverPublished(
    stage,
    scene,
    'A17 a change that a stranger signed is written into git itself, past every door',
    'signature.unauthorised',
    async () => {
      await writeTargets(work, signByHand(await nextTargets(work), [newHandKey()]));
      await commit(work, 'signed by a stranger');
      await bare.git('fetch', '--quiet', work.path(), 'main');
      await bare.git('update-ref', 'refs/heads/main', 'FETCH_HEAD');
    },
  );
}

/** The daemon says what is wrong, and clients go on with the last good generation. */
async function neverPublished(
  { steps }: Stage,
  { work, home, server, alice }: Scene,
  what: string,
  code: string,
  change: () => Promise<void>,
): Promise<void> {
  const good = (await work.git('rev-parse', 'HEAD')).trim();
  const before = await visible(server);
  const reason = await steps.step(`${what}: never published [${code}]`, async () => {
    await change();
    return untilAlarm(server, code);
  });
  steps.note(`/readyz: ${reason}`);
  await steps.step('alice notices nothing: what is served goes on', async () => {
    await alice.tuf('refresh');
    if ((await visible(server)).snapshot !== before.snapshot) {
      throw new StoryFailure('the bad commit was published');
    }
  });
  await steps.step('the operator moves main back', async () => {
    await work.git('-C', `${home}/repository.git`, 'update-ref', 'refs/heads/main', good);
    await work.git('reset', '--quiet', '--hard', good);
    await untilReady(server);
  });
}

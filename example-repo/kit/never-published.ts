/** Metadata that stands in git, by whatever way it came, and that no client may see. */
import { newHandKey, signByHand } from './by-hand.ts';
import type { Person } from './person.ts';
import { untilAlarm, untilReady } from './readiness.ts';
import type { Server } from './server.ts';
import type { Stage } from './stage.ts';
import { StoryFailure } from './story-failure.ts';
import { commit, nextTargets, writeTargets } from './targets-by-hand.ts';
import { visible } from './visible.ts';

export interface Tampered {
  /** Somebody in a clone of the repository, which is at main. */
  readonly work: Person;
  readonly server: Server;
  /** A downloader who has the newest set. */
  readonly downloader: Person;
}

/** A17: no hook stands in the way of somebody who writes to the repository's own files. */
export async function pastEveryDoor(stage: Stage, scene: Tampered): Promise<void> {
  const { work, server } = scene;
  const bare = work.in(`${server.home}/repository.git`);
  const what = 'A17 a change that a stranger signed is written into git itself, past every door';
  await neverPublished(stage, scene, what, 'signature.unauthorised', async () => {
    await writeTargets(work, signByHand(await nextTargets(work), [newHandKey()]));
    await commit(work, 'signed by a stranger');
    await bare.git('fetch', '--quiet', work.path(), 'main');
    await bare.git('update-ref', 'refs/heads/main', 'FETCH_HEAD');
  });
}

/** The daemon says what is wrong, and clients go on with the last good generation. */
export async function neverPublished(
  { steps }: Stage,
  { work, server, downloader }: Tampered,
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
  await steps.step(`${downloader.name} notices nothing: what is served goes on`, async () => {
    await downloader.tuf('refresh');
    if ((await visible(server)).snapshot !== before.snapshot) {
      throw new StoryFailure('the bad commit was published');
    }
  });
  await steps.step('the operator moves main back', async () => {
    await moveMain(work, server, good);
    await work.git('reset', '--quiet', '--hard', good);
    await untilReady(server);
  });
}

/** As whoever has the repository's files can. */
export async function moveMain(work: Person, { home }: Server, commit: string): Promise<void> {
  await work.git('-C', `${home}/repository.git`, 'update-ref', 'refs/heads/main', commit);
}

/** Metadata that stands in git, by whatever way it came, and that no client may see. */
import { newHandKey, signByHand } from './by-hand.ts';
import type { Person } from './person.ts';
import { untilAlarm, untilPublished, untilReady } from './readiness.ts';
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
export async function pastEveryDoor(
  stage: Stage,
  scene: Tampered,
  role = 'targets',
): Promise<void> {
  const { work, server } = scene;
  const bare = work.in(`${server.home}/repository.git`);
  const what = 'a change that a stranger signed is written into git itself, past every door';
  const attack = { row: 'A17', what, code: 'signature.unauthorised' };
  await neverPublished(stage, scene, attack, async () => {
    await writeTargets(work, signByHand(await nextTargets(work, role), [newHandKey()]), role);
    await commit(work, 'signed by a stranger');
    await bare.git('fetch', '--quiet', work.path(), 'main');
    await bare.git('update-ref', 'refs/heads/main', 'FETCH_HEAD');
  });
}

interface BadState {
  /** Of the attack table. */
  readonly row: string;
  readonly what: string;
  /** That the daemon names. */
  readonly code: string;
}

/** The daemon says what is wrong, and clients go on with the last good generation. */
export async function neverPublished(
  stage: Stage,
  { work, server, downloader }: Tampered,
  { row, what, code }: BadState,
  change: () => Promise<void>,
): Promise<void> {
  const { steps } = stage;
  const good = (await work.git('rev-parse', 'HEAD')).trim();
  await untilPublished(server, good);
  const before = await visible(server);
  const start = performance.now();
  const reason = await steps.step(`${row} ${what}: never published [${code}]`, async () => {
    await change();
    return untilAlarm(server, code);
  });
  const milliseconds = performance.now() - start;
  steps.note(`/readyz: ${reason}`);
  await steps.step(`${downloader.name} notices nothing: what is served goes on`, async () => {
    await downloader.tuf('refresh');
    if ((await visible(server)).snapshot !== before.snapshot) {
      throw new StoryFailure('the bad commit was published');
    }
  });
  stage.measured.push({ row, what, outcome: 'never published', code, milliseconds });
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

/** A37: somebody releases in the name of another, denies it, and has the record say so too. */
import { readFile, writeFile } from 'node:fs/promises';
import { withstands } from '../kit/attack.ts';
import { signByHand, type HandKey } from '../kit/by-hand.ts';
import { succeeded, type Ended } from '../kit/command.ts';
import { cloneByGit, type Holder } from '../kit/holder.ts';
import type { Person } from '../kit/person.ts';
import type { Server } from '../kit/server.ts';
import type { Stage } from '../kit/stage.ts';
import { StoryFailure } from '../kit/story-failure.ts';
import { commit, nextTargets, writeTargets } from '../kit/targets-by-hand.ts';
import { timeToVisible } from '../kit/visible.ts';

export interface Denial {
  readonly operator: Person;
  readonly server: Server;
  /** Who pushes, and in whose name. */
  readonly bob: Holder;
  readonly alice: Holder;
  /** The role that bob releases in, and all that must sign it. */
  readonly role: string;
  readonly keys: readonly HandKey[];
}

export async function denial(stage: Stage, scene: Denial): Promise<void> {
  const { steps } = stage;
  const { operator, server, bob, alice } = scene;
  const [by, instead] = [bob.person.name, alice.person.name];
  const sent = await steps.step(`${by} pushes with git, as author ${instead}`, () =>
    pushInNameOf(scene, instead),
  );
  const audit = () => operator.tryTuf('verify', server.home, '--history', '--json');
  const named = await steps.step('"I never pushed that", says bob: the operator audits', async () =>
    whoSent(await audit(), sent),
  );
  if (named !== by) throw new StoryFailure(`the record names ${named}, not ${by}`);
  steps.note(`the whole history holds; ${sent.slice(0, 12)} came in by the token of ${named}`);
  const bare = operator.in(`${server.home}/repository.git`);
  const tip = (await bare.git('rev-parse', record)).trim();
  await withstands(
    stage,
    {
      ...{ row: 'A37', what: `the record is rewritten on the disk, to name ${instead} instead` },
      mount: () => rewriteRecord(bare, by, instead),
      victim: audit,
      undo: async () => {
        await bare.git('update-ref', record, tip);
      },
    },
    'publish.record',
  );
}

const record = 'refs/tuf/published';

/** @returns the commit */
async function pushInNameOf({ bob, server, role, keys }: Denial, author: string): Promise<string> {
  const names = { GIT_AUTHOR_NAME: author, GIT_AUTHOR_EMAIL: `${author}@example.org` };
  const work = (await cloneByGit(bob)).with(names);
  await writeTargets(work, signByHand(await nextTargets(work, role), keys), role);
  await commit(work, `${role}: by ${author}`);
  await timeToVisible(server, () => work.git('push', '--quiet', 'origin', 'HEAD:main'));
  return (await work.git('rev-parse', 'HEAD')).trim();
}

interface Audit {
  readonly past: { readonly arrivals: readonly { commit: string; by?: string }[] };
}

function whoSent(ended: Ended, commit: string): string {
  const { past } = JSON.parse(succeeded(ended)) as Audit;
  return past.arrivals.find((arrival) => arrival.commit === commit)?.by ?? 'nobody';
}

/** The newest entry, with another name in it. */
async function rewriteRecord(bare: Person, by: string, instead: string): Promise<void> {
  const git = bare.with({ GIT_INDEX_FILE: `${bare.folder}/index` });
  const file = `${bare.folder}/generation.json`;
  const entry = await git.git('show', `${record}:generation.json`);
  await writeFile(file, entry.replace(`"by": "${by}"`, `"by": "${instead}"`));
  if ((await readFile(file, 'utf8')) === entry) throw new StoryFailure(`it does not name ${by}`);
  const blob = (await git.git('hash-object', '-w', file)).trim();
  await git.git('read-tree', record);
  await git.git('update-index', '--cacheinfo', `100644,${blob},generation.json`);
  const tree = (await git.git('write-tree')).trim();
  const message = ['-m', 'nothing happened here'];
  const forged = await git.git('commit-tree', tree, '-p', `${record}^`, ...message);
  await git.git('update-ref', record, forged.trim());
}

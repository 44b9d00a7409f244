/** A repository where nobody signs alone: two of three admins, two developers of each project. */
import { makeHome } from '../kit/ceremony.ts';
import type { Source } from '../kit/downloader.ts';
import { makeOnlineKey } from '../kit/online-key.ts';
import { Person } from '../kit/person.ts';
import { serve, type Server } from '../kit/server.ts';
import { ask, enterWithKey, join, type Keyed, type Signer } from '../kit/signer.ts';
import type { Stage } from '../kit/stage.ts';
import { duration } from '../kit/steps.ts';
import { limitUploads } from '../kit/uploads-scene.ts';
import { timeToVisible } from '../kit/visible.ts';

export interface EventsScene {
  readonly operator: Person;
  /** The operator, in a clone of the repository. */
  readonly work: Person;
  readonly server: Server;
  readonly source: Source;
  /** File of the pinned root. */
  readonly root: string;
  /** Options of `init` that name the keys: another repository may be made with the same. */
  readonly keys: readonly string[];
  /** Two of the three who hold root and targets; the third is not needed. */
  readonly admins: readonly [Signer, Signer];
  /** Develop lighthouse together, and alice alone tuf-on-git, so far. */
  readonly alice: Signer;
  readonly bob: Signer;
  /** Develops harbour, with bob. */
  readonly carol: Signer;
}

/** Ceremony, server, a role for each project; no release yet. */
export async function openEvents(stage: Stage): Promise<EventsScene> {
  const { steps } = stage;
  const online = await makeOnlineKey(stage, await Person.enter(stage, 'operator'));
  const { operator } = online;
  const { away, ...people } = await steps.step(
    'three admins and three developers make their keys',
    () => enterAll(stage),
  );
  const keys = [
    ...adminKeys([people.one, people.two, away]),
    ...['--root-threshold', '2', '--targets-threshold', '2'],
    ...['--online-key', online.uri, ...online.options],
  ];
  const home = await steps.step('the repository is made: root and targets take 2 of 3', () =>
    makeHome(stage, { operator, keys }, 'home', '--repository', 'lights'),
  );
  await limitUploads(home);
  const server = await steps.step('the daemon serves', () => serve(stage, operator, home));
  steps.note(`content ${server.content}, console ${server.console}`);
  const root = `${home}/trust/root.json`;
  await operator.git('clone', '--quiet', `${home}/repository.git`, 'work');
  const work = operator.in('work');
  const repository = { operator, server, root };
  const signers = await steps.step(
    'all but one admin get a token, and clone from the known root',
    () => join(repository, people),
  );
  const { one, two, ...developers } = signers;
  const source = { root, url: server.content };
  const admins = [one, two] as const;
  const scene: EventsScene = { ...repository, work, source, keys, admins, ...developers };
  await delegate(stage, scene);
  return scene;
}

async function enterAll(stage: Stage) {
  const [one, two, away, alice, bob, carol] = await Promise.all([
    enterWithKey(stage, 'admin-1'),
    enterWithKey(stage, 'admin-2'),
    enterWithKey(stage, 'admin-3'),
    enterWithKey(stage, 'alice'),
    enterWithKey(stage, 'bob'),
    enterWithKey(stage, 'carol'),
  ]);
  return { one, two, away, alice, bob, carol };
}

function adminKeys(admins: readonly Keyed[]) {
  return admins.flatMap(({ key }) => [...['--root-key', key.uri], ...['--targets-key', key.uri]]);
}

/** One signing event: an admin drafts, another agrees, and the developers bring their roles. */
async function delegate({ steps }: Stage, scene: EventsScene): Promise<void> {
  const { admins, alice, bob, carol, server } = scene;
  const [one, two] = admins;
  const missing = await steps.step('an admin delegates a project to each pair, as an event', () =>
    draft(scene, one),
  );
  steps.note(missing);
  const times = await steps.step('another admin and all developers sign it, and it lands', () =>
    timeToVisible(server, async () => {
      for (const { work } of [two, alice, bob]) await ask(work, 'sign', 'projects');
      await carol.work.tuf('sign', 'projects', '--yes');
    }),
  );
  steps.note(`clients can see it after ${duration(times.visible)}`);
}

/** All drafts of the admin become the event. @returns who is missing */
async function draft({ alice, bob, carol }: EventsScene, { work }: Signer): Promise<string> {
  const add = (project: string, ...signers: readonly Signer[]) => [
    ...['role', 'add', project, '--paths', `${project}/*/*/*`],
    ...['--threshold', String(signers.length)],
    ...signers.flatMap(({ key }) => ['--key', key.publicKey]),
  ];
  await work.tuf(...add('lighthouse', alice, bob));
  await work.tuf(...add('harbour', bob, carol));
  return ask(work, ...add('tuf-on-git', alice), '--event', 'projects');
}

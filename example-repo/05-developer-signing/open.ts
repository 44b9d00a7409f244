/** A repository where each project has a role, and each role the key of who develops it. */
import { makeHome } from '../kit/ceremony.ts';
import { succeeded } from '../kit/command.ts';
import type { Source } from '../kit/downloader.ts';
import { byTool } from '../kit/maintainer.ts';
import { makeOnlineKey } from '../kit/online-key.ts';
import { Person } from '../kit/person.ts';
import type { Files } from '../kit/releases.ts';
import { serve, type Server } from '../kit/server.ts';
import { ask, enterWithKey, join, type Keyed, type Signer } from '../kit/signer.ts';
import type { Stage } from '../kit/stage.ts';
import { duration } from '../kit/steps.ts';
import { limitUploads } from '../kit/uploads-scene.ts';
import { timeToVisible } from '../kit/visible.ts';

export interface ProjectsScene {
  readonly operator: Person;
  /** The operator, in a clone of the repository. */
  readonly work: Person;
  readonly server: Server;
  readonly source: Source;
  /** File of the pinned root. */
  readonly root: string;
  /** Options of `init` that name the keys: another repository may be made with the same. */
  readonly keys: readonly string[];
  /** Holds the one key of root. */
  readonly carol: Keyed;
  /** Holds the one key of targets. */
  readonly admin: Signer;
  /** Develops lighthouse. */
  readonly alice: Signer;
  /** Develops harbour. */
  readonly bob: Signer;
}

/** Ceremony, server, a role for each project; no release yet. */
export async function openProjects(stage: Stage): Promise<ProjectsScene> {
  const { steps } = stage;
  const online = await makeOnlineKey(stage, await Person.enter(stage, 'operator'));
  const { operator } = online;
  const [carol, admin, alice, bob] = await steps.step(
    'carol makes the root key, the admin that of targets, alice and bob one each',
    () => enter(stage),
  );
  const keys = [
    ...['--root-key', carol.key.uri, '--min-root-threshold', '1'],
    ...['--targets-key', admin.key.uri, '--online-key', online.uri, ...online.options],
  ];
  const home = await steps.step('the repository is made, with its hook', () =>
    makeHome(stage, { operator, keys }, 'home', '--repository', 'lights'),
  );
  await limitUploads(home);
  const server = await steps.step('the daemon serves', () => serve(stage, operator, home));
  steps.note(`content ${server.content}, console ${server.console}`);
  const root = `${home}/trust/root.json`;
  await operator.git('clone', '--quiet', `${home}/repository.git`, 'work');
  const work = operator.in('work');
  const repository = { operator, server, root };
  const signers = await steps.step('everybody gets a token, and clones from the known root', () =>
    join(repository, { admin, alice, bob }),
  );
  const source = { root, url: server.content };
  const scene = { ...repository, work, source, keys, carol, ...signers };
  await delegate(stage, scene);
  return scene;
}

function enter(stage: Stage): Promise<[Keyed, Keyed, Keyed, Keyed]> {
  return Promise.all([
    enterWithKey(stage, 'carol'),
    enterWithKey(stage, 'admin'),
    enterWithKey(stage, 'alice'),
    enterWithKey(stage, 'bob'),
  ]);
}

/** The admin signs that alice and bob may sign, and they bring the first version of their roles. */
async function delegate(stage: Stage, scene: ProjectsScene): Promise<void> {
  const { steps } = stage;
  const { admin, alice, bob, server } = scene;
  const projects = [
    { project: 'lighthouse', developer: alice },
    { project: 'harbour', developer: bob },
  ];
  for (const { project, developer } of projects) {
    const paths = `${project}/*/*/*`;
    const times = await steps.step(
      `the admin delegates ${paths} to ${developer.name}, who signs too`,
      () =>
        timeToVisible(server, async () => {
          const key = ['--key', developer.key.publicKey, '--paths', paths];
          await ask(admin.work, 'role', 'add', project, ...key, '--event', project);
          await developer.work.tuf('sign', project, '--yes');
        }),
    );
    steps.note(`clients can see it after ${duration(times.visible)}`);
  }
}

/** Each developer uploads what is of their project. */
export async function releaseAll({ alice, bob }: ProjectsScene, files: Files): Promise<void> {
  const [byAlice, byBob] = [byTool(alice.work), byTool(bob.work)];
  for (const [target, file] of files) {
    succeeded(await (target.startsWith('harbour/') ? byBob : byAlice)(target, file));
  }
}

/** Keys first; then `init` makes the repository, whole or not at all; then the daemon serves it. */
import { makeFileKey } from '../kit/file-key.ts';
import { makeOnlineKey, type OnlineKey } from '../kit/online-key.ts';
import { Person } from '../kit/person.ts';
import { listenOptions, serve } from '../kit/server.ts';
import type { Stage } from '../kit/stage.ts';
import type { Keyed, Scene } from './scene.ts';

export async function ceremony(stage: Stage): Promise<Scene> {
  const { steps } = stage;
  const online = await makeOnlineKey(stage, await Person.enter(stage, 'operator'));
  const [rootAdmins, targetsAdmin] = await steps.step(
    'three root admins make the keys of root, the targets admin that of targets',
    () =>
      Promise.all([
        Promise.all(['root-1', 'root-2', 'root-3'].map((name) => enterWithKey(stage, name))),
        enterWithKey(stage, 'targets-admin'),
      ]),
  );
  steps.note('Ed25519, each in a file under a passphrase of its own');
  const home = stage.path('home');
  const made = await steps.step('the repository is made: a root that takes 2 of 3', () =>
    init(stage, home, online, rootAdmins, targetsAdmin),
  );
  steps.note(`root has SHA-256 ${made.rootSha256}: what people compare`);
  const { operator } = online;
  const server = await steps.step('the daemon serves', () => serve(stage, operator, home));
  steps.note(`content ${server.content}, console ${server.console}`);
  return { operator, server, root: made.pinnedRoot, rootSha256: made.rootSha256, targetsAdmin };
}

export async function enterWithKey(stage: Stage, name: string): Promise<Keyed> {
  const person = await Person.enter(stage, name, { hasGit: false });
  return { person, key: await makeFileKey(person) };
}

interface Made {
  readonly pinnedRoot: string;
  readonly rootSha256: string;
}

async function init(
  stage: Stage,
  home: string,
  online: OnlineKey,
  rootAdmins: readonly Keyed[],
  targetsAdmin: Keyed,
): Promise<Made> {
  const printed = await online.operator.tuf(
    ...['init', home, '--repository', 'demo', '--json'],
    ...rootAdmins.flatMap(({ key }) => ['--root-key', key.uri]),
    ...['--root-threshold', '2', '--targets-key', targetsAdmin.key.uri],
    ...['--online-key', online.uri, ...online.options],
    ...listenOptions(stage),
  );
  return JSON.parse(printed) as Made;
}

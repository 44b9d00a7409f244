/** The targets admin gives each project its own part of the namespace, and its own key. */
import { makePlainKey } from '../kit/file-key.ts';
import { Person } from '../kit/person.ts';
import { refusalIn } from '../kit/refusal.ts';
import type { Stage } from '../kit/stage.ts';
import { enterWithKey } from './act-1-ceremony.ts';
import { cloneWorkspace, pushUntilVisible } from './maintainer.ts';
import type { Keyed, Scene } from './scene.ts';

export interface Maintainers {
  readonly alice: Keyed;
  readonly bob: Keyed;
  /** A maintainer like the others, so far. */
  readonly rogue: Keyed;
}

export async function delegations(stage: Stage, scene: Scene): Promise<Maintainers> {
  const { steps } = stage;
  const maintainers = await steps.step('alice, bob and a third maintainer make keys', () =>
    enterMaintainers(stage),
  );
  const admin = await steps.step('the targets admin clones over HTTP, from the known root', () =>
    cloneWorkspace(scene, scene.targetsAdmin),
  );
  for (const { project, key } of projectsOf(maintainers)) {
    const paths = `${project}/*/*/*`;
    await steps.step(`the admin delegates ${paths} to a role ${project}`, () =>
      admin.tuf('role', 'add', project, '--key', key.publicKey, '--paths', paths),
    );
  }
  const missing = await steps.step('the admin signs, and is told who has yet to', async () =>
    refusalIn(await admin.tryTuf('sign', '--yes'), 'workspace.waiting'),
  );
  steps.note(missing);
  const keys = projectsOf(maintainers).flatMap(({ key }) => ['--key', key.uri]);
  await steps.step('the maintainers sign their roles, at the same desk', () =>
    admin.tuf('sign', '--yes', ...keys),
  );
  await pushUntilVisible(stage, scene, admin);
  return maintainers;
}

function projectsOf({ alice, bob, rogue }: Maintainers) {
  return [
    { project: 'tuf-on-git', key: alice.key },
    { project: 'handbook', key: bob.key },
    { project: 'games', key: rogue.key },
  ];
}

async function enterMaintainers(stage: Stage): Promise<Maintainers> {
  const [alice, bob] = await Promise.all([
    enterWithKey(stage, 'alice'),
    enterWithKey(stage, 'bob'),
  ]);
  // This one will need git, and a key that other programs can read.
  const person = await Person.enter(stage, 'rogue');
  return { alice, bob, rogue: { person, key: await makePlainKey(person) } };
}

/** What maintainers do by the project's commands, without any git of their own. */
import { giveToken } from '../kit/holder.ts';
import type { Person } from '../kit/person.ts';
import type { Stage } from '../kit/stage.ts';
import { duration } from '../kit/steps.ts';
import { timeToVisible } from '../kit/visible.ts';
import type { Keyed, Scene } from './scene.ts';

/** A verified clone over HTTP. @returns the same person, in it */
export async function cloneWorkspace(scene: Scene, { person, key }: Keyed): Promise<Person> {
  const { tokenFile } = await giveToken(scene.operator, scene.server, person);
  await person.tuf(
    ...['clone', scene.server.console, 'work', '--root-sha256', scene.rootSha256],
    ...['--key', key.uri, '--token-file', tokenFile],
  );
  return person.in('work');
}

/** Pushes, and waits until a client can see it. */
export async function pushUntilVisible(
  { steps }: Stage,
  { server }: Scene,
  work: Person,
): Promise<void> {
  const times = await steps.step(
    `${work.name} pushes: the hook accepts, the daemon signs and publishes`,
    () => timeToVisible(server, () => work.tuf('push')),
  );
  steps.note(
    `the command took ${duration(times.work)}; push to visible: ${duration(times.visible)}`,
  );
}

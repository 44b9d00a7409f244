/** What every milestone with uploads withstands, whichever way one releases there. */
import { denial, type Denial } from '../attacks/a37-who-sent-it.ts';
import { atTheDoor } from './door-attacks.ts';
import { giveToken } from './holder.ts';
import { pastEveryDoor } from './never-published.ts';
import { Person } from './person.ts';
import type { Stage } from './stage.ts';
import { cutUpload, othersUploads, stolenToken, type Uploaders } from './upload-attacks.ts';
import { everything, quotaBytes } from './uploads-scene.ts';

export interface Gated extends Uploaders {
  /** The role that lists the newest lighthouse: both release in it. */
  readonly role: string;
  /** Somebody who has seen all that was released. */
  readonly downloader: Person;
}

export async function gateAndStore(stage: Stage, scene: Gated): Promise<void> {
  const { operator, server, role, keys, downloader } = scene;
  const enter = async (name: string, ...options: readonly string[]) =>
    giveToken(operator, server, await Person.enter(stage, name), ...options);
  await stage.steps.act('Bad changes: by a push or by the API, there is one door');
  await atTheDoor(stage, { sender: await enter('sender', ...everything), role, keys });
  await operator.git('clone', '--quiet', `${server.home}/repository.git`, 'past');
  await pastEveryDoor(stage, { work: operator.in('past'), server, downloader }, role);
  await stage.unlessWalk(
    'uploads that are cut, read by others, or sent with a stolen token',
    async () => {
      await stage.steps.act('Uploads: nobody sees what is not signed, and a token is no key');
      await cutUpload(stage, scene);
      await othersUploads(stage, scene);
      const scopes = ['--scope', 'blob:put', '--scope', 'change:submit'];
      const thief = await enter('pipeline', ...scopes);
      await stolenToken(stage, scene, { thief, quota: quotaBytes });
    },
  );
}

export async function whoSentWhat(stage: Stage, scene: Denial): Promise<void> {
  await stage.steps.act('Who sent what');
  await denial(stage, scene);
}

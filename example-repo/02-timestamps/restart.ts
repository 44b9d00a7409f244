/** The daemon ends and begins again, with timestamps that live for seconds: their numbers only rise. */
import type { HandKey } from '../kit/by-hand.ts';
import { editJson } from '../kit/folders.ts';
import type { Person } from '../kit/person.ts';
import { serve, type Server } from '../kit/server.ts';
import type { Stage } from '../kit/stage.ts';
import { StoryFailure } from '../kit/story-failure.ts';
import { untilTimestamp, timeToVisible, visible } from '../kit/visible.ts';
import { release } from './operator.ts';

interface Scene {
  readonly operator: Person;
  readonly work: Person;
  readonly key: HandKey;
  readonly server: Server;
}

const lifeSeconds = 6;

export async function restart(stage: Stage, scene: Scene): Promise<void> {
  const { steps } = stage;
  const { operator, work, key, server } = scene;
  const before = await visible(server);
  const again = await steps.step(
    'the operator lets timestamps live 6 seconds, and restarts',
    async () => {
      await server.stop();
      await editJson<object>(`${server.home}/config.json`, (config) => ({
        ...config,
        timestampLifetimeHours: lifeSeconds / 3600,
      }));
      return serve(stage, operator, server.home);
    },
  );
  const now = await visible(again);
  if (now.timestamp < before.timestamp) throw new StoryFailure('the timestamp went back');
  steps.note(`timestamp version ${before.timestamp} before, ${now.timestamp} after`);
  await steps.step('the operator signs targets once more', () =>
    timeToVisible(again, () => release(work, key, new Map())),
  );
  const { timestamp } = await visible(again);
  const renewed = await steps.step('nobody pushes, and the timestamp is renewed', () =>
    untilTimestamp(again, timestamp + 1),
  );
  steps.note(`version ${renewed.timestamp} after ${timestamp}, good until ${renewed.expires}`);
}

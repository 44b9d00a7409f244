import { makeFileKey, makePlainKey } from '../kit/file-key.ts';
import { makeOnlineKey } from '../kit/online-key.ts';
import { Person } from '../kit/person.ts';
import { listenOptions } from '../kit/server.ts';
import type { Stage } from '../kit/stage.ts';

export interface Ceremony {
  readonly operator: Person;
  readonly home: string;
  /** Key file of the one who signs targets, without a passphrase: a plain script reads it. */
  readonly adminKey: string;
}

/** One root key, one admin key, an online key in the HSM, and no hook. */
export async function makeHome(stage: Stage): Promise<Ceremony> {
  const { steps } = stage;
  const online = await makeOnlineKey(stage, await Person.enter(stage, 'operator'));
  const { operator } = online;
  const carol = await Person.enter(stage, 'carol');
  const admin = await Person.enter(stage, 'admin');
  const [rootKey, targetsKey] = await steps.step('carol makes the root key, the admin theirs', () =>
    Promise.all([makeFileKey(carol), makePlainKey(admin)]),
  );
  const home = stage.path('home');
  await steps.step('the repository is made, without a hook', () =>
    operator.tuf(
      ...['init', home, '--repository', 'lights', '--no-hook'],
      ...['--root-key', rootKey.uri, '--min-root-threshold', '1'],
      ...['--targets-key', targetsKey.uri],
      ...['--online-key', online.uri, ...online.options],
      ...listenOptions(stage),
    ),
  );
  return { operator, home, adminKey: admin.path('key.json') };
}

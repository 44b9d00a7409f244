/** One root key, one targets key that everybody has who releases, and an online key in the HSM. */
import { readHandKey, type HandKey } from './by-hand.ts';
import { makePlainKey } from './file-key.ts';
import { makeOnlineKey } from './online-key.ts';
import { Person } from './person.ts';
import { listenOptions } from './server.ts';
import type { Stage } from './stage.ts';

export interface Ceremony {
  readonly operator: Person;
  /** The options of `init` that name the keys. */
  readonly keys: readonly string[];
  /** The one of root, for its thieves. */
  readonly rootKey: HandKey;
  /** Key URI of targets, and its file: without a passphrase, for plain scripts read it. */
  readonly targetsKey: { readonly uri: string; readonly file: string };
}

export async function makeKeys(stage: Stage): Promise<Ceremony> {
  const { operator, uri, options } = await makeOnlineKey(
    stage,
    await Person.enter(stage, 'operator'),
  );
  const carol = await Person.enter(stage, 'carol');
  const admin = await Person.enter(stage, 'admin');
  const [root, targets] = await stage.steps.step('carol makes the root key, the admin theirs', () =>
    Promise.all([makePlainKey(carol), makePlainKey(admin)]),
  );
  const people = [
    '--root-key',
    root.uri,
    '--min-root-threshold',
    '1',
    '--targets-key',
    targets.uri,
  ];
  return {
    operator,
    keys: [...people, '--online-key', uri, ...options],
    rootKey: await readHandKey(carol.path('key.json')),
    targetsKey: { uri: targets.uri, file: admin.path('key.json') },
  };
}

/** @param more options of `init` @returns the HOME, a folder of that name */
export async function makeHome(
  stage: Stage,
  { operator, keys }: Pick<Ceremony, 'operator' | 'keys'>,
  name: string,
  ...more: readonly string[]
): Promise<string> {
  const home = stage.path(name);
  await operator.tuf('init', home, ...keys, ...listenOptions(stage), ...more);
  return home;
}

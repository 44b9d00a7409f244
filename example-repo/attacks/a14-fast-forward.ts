/**
 * A14: whoever uses the online key makes versions as high as they go, so that clients take nothing
 * lower any more. Root takes the key away: what it signed is forgotten (TUF 1.0.34 §5.3.11).
 */
import { withstands } from '../kit/attack.ts';
import type { Attacker } from '../kit/attacker.ts';
import { readHandKey, type HandKey, type RootSigned } from '../kit/by-hand.ts';
import { succeeded } from '../kit/command.ts';
import { newDownloader, type Source } from '../kit/downloader.ts';
import { makePlainKey } from '../kit/file-key.ts';
import { editJson } from '../kit/folders.ts';
import { highest, renewOnline } from '../kit/forge.ts';
import type { Person } from '../kit/person.ts';
import { refusalIn } from '../kit/refusal.ts';
import type { Server } from '../kit/server.ts';
import type { Stage } from '../kit/stage.ts';
import { serveFolder } from '../kit/static-server.ts';
import { stolenSigner } from '../kit/stolen-signer.ts';
import { Storage } from '../kit/storage.ts';
import { until } from '../kit/until.ts';
import { copyPublic } from '../kit/visible.ts';

export interface FastForward {
  readonly operator: Person;
  readonly server: Server;
  readonly source: Source;
  /** Options of `init` that name the keys. */
  readonly keys: readonly string[];
  /** Who pushes the new root, signed by as many as root needs. */
  readonly pusher: Attacker;
  readonly root: readonly HandKey[];
}

/** To be the last of a story: from then on another key is the online key. */
export async function fastForward(stage: Stage, scene: FastForward): Promise<void> {
  const { steps } = stage;
  const { operator, server, source, keys } = scene;
  await steps.act('The online key is misused, and root takes it away');
  const sign = stolenSigner(stage, operator, keys);
  if (sign === undefined) {
    steps.say('  (left out: A14, for there is no token)');
    return;
  }
  const storage = new Storage(stage.path('fast-forward'), `${server.home}/public`);
  await copyPublic(server, storage.folder);
  const url = await serveFolder(stage, storage.folder);
  const regular = await newDownloader(stage, stage.newName('regular'), { ...source, url });
  const mount = async () => {
    await storage.putRight();
    await renewOnline(storage, { snapshot: highest, timestamp: highest }, sign);
  };
  const refresh = () => regular.tryTuf('refresh');
  const refusal = await steps.step(
    'an intruder signs the highest versions: whoever takes them takes nothing else any more',
    async () => {
      await mount();
      succeeded(await refresh());
      await storage.putRight();
      return refusalIn(await refresh(), 'rollback.timestamp');
    },
    '!',
  );
  steps.note(refusal);
  await steps.step('another online key is made, and root puts it in the place of the old', () =>
    replaceOnlineKey(scene),
  );
  await copyPublic(server, storage.folder);
  await steps.step('with the new root the same client goes on', async () =>
    succeeded(await refresh()),
  );
  await withstands(
    stage,
    {
      ...{ row: 'A14', what: 'after the root event, the highest versions once more' },
      ...{ mount, undo: () => storage.putRight(), victim: refresh },
    },
    'role.threshold',
  );
}

async function replaceOnlineKey({ operator, server, pusher, root }: FastForward): Promise<void> {
  const { uri } = await makePlainKey(operator, 'online-2');
  await editJson<{ keys: string[] }>(`${server.home}/signer/settings.json`, (settings) => ({
    ...settings,
    keys: [uri, ...settings.keys],
  }));
  const own = await readHandKey(operator.path('online-2.json'));
  let version = 0;
  const edit = (next: RootSigned) => {
    version = next.version;
    return withOnlineKey(own)(next);
  };
  // The daemon has to see the key first.
  await until(
    () => pusher.pushRoot({ edit, keys: root }),
    ({ status }) => status === 0,
    'the new root does not land',
  );
  const file = `${server.content}/metadata/${version}.root.json`;
  const look = async () => (await fetch(file)).status;
  await until(look, (status) => status === 200, 'the new root is not published');
}

/** For snapshot and timestamp; the old one goes. */
function withOnlineKey({ keyid, json }: HandKey): (next: RootSigned) => RootSigned {
  return (next) => {
    const old = new Set(next.roles.timestamp.keyids);
    const kept = Object.entries(next.keys).filter(([id]) => !old.has(id));
    const theirs = { keyids: [keyid], threshold: 1 };
    return {
      ...next,
      keys: { ...Object.fromEntries(kept), [keyid]: json },
      roles: { ...next.roles, snapshot: theirs, timestamp: theirs },
    };
  };
}

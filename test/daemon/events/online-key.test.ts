import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { openBlobStore } from '../../../core/blobs/blob-store.ts';
import { parseDocument } from '../../../core/metadata/document.ts';
import type { PublicKey } from '../../../core/metadata/keys.ts';
import { systemClock } from '../../../daemon/clock.ts';
import { EventLandings } from '../../../daemon/events/event-landings.ts';
import { makeLog } from '../../../daemon/log.ts';
import { EventWatch } from '../../../daemon/watching/event-watch.ts';
import { daemonSuite } from '../../kit/daemon.ts';
import { withOnlineKey, type TestHome } from '../../kit/home.ts';
import { pushedHome } from '../../kit/pushed-home.ts';
import { eventPushes, makeTeams, remake } from '../../kit/signing-events.ts';
import { makeKey, people } from '../../kit/source-tree.ts';

const { root1, root2 } = people;

describe('an event that rotates the online key', () => {
  const suite = daemonSuite();

  async function landingsOf({ git, paths }: TestHome): Promise<EventLandings> {
    const pinnedRoot = parseDocument('root', await readFile(paths.pinnedRoot));
    const blobs = openBlobStore(paths.blobs);
    const log = makeLog('silent', false);
    return new EventLandings({
      git,
      pinnedRoot,
      blobs,
      clock: systemClock,
      log,
      watch: new EventWatch(log, () => undefined),
    });
  }

  it('lands as soon as the signer holds the new key, although nobody pushes again', async () => {
    const home = await suite.home();
    await home.commit((tree) => {
      makeTeams(tree);
    });
    const next = makeKey();
    const pushes = eventPushes((await pushedHome(home)).clone);
    const run = await pushes.push('rotate', (tree) => {
      remake(tree, 'root', [root1, root2], (root) => withOnlineKey(root, next));
    });
    assert.equal(run.status, 0, run.stderr);
    const main = await home.tip();
    const landings = await landingsOf(home);
    const look = async (...held: PublicKey[]) =>
      (await landings.look(main, await landings.refs(), held)).main;
    assert.equal(await look(home.online), main);
    assert.equal(await look(home.online), main);
    assert.notEqual(await look(home.online, next), main);
  });
});

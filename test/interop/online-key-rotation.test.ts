import assert from 'node:assert/strict';
import { mkdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { startDaemonProgram, type DaemonProgram } from '../kit/daemon-program.ts';
import { makeHome, type TestHome } from '../kit/home.ts';
import { addOnlineKey, nameOnlineKey } from '../kit/online-key.ts';
import { fileOf } from '../kit/source-tree.ts';
import { until } from '../kit/until.ts';
import type { ForeignClient, MakeForeignClient } from './kit/foreign-client.ts';
import { makeOurClient } from './kit/our-client.ts';
import { makePythonTufClient } from './kit/python-tuf-client.ts';
import { serveFolder, type StaticServer } from './kit/static-server.ts';
import { makeTufJsClient } from './kit/tuf-js-client.ts';

/** How many of each; every other one reads the public folder past the daemon, as behind nginx. */
const crowd = [
  { make: makeOurClient, count: 8 },
  { make: makeTufJsClient, count: 8 },
  { make: makePythonTufClient, count: 4 },
];

describe('20 clients of three kinds, while the online key is rotated twice', () => {
  let home: TestHome;
  let daemon: DaemonProgram;
  let files: StaticServer;
  const clients: ForeignClient[] = [];
  const seen = new Map<ForeignClient, number>();

  before(async () => {
    home = await makeHome();
    daemon = await startDaemonProgram(home);
    files = await serveFolder(home.paths.public);
    for (const { make, count } of crowd) {
      for (let at = 0; at < count; at += 1) {
        clients.push(await newClient(make, at % 2 === 0 ? daemon.content : files.url));
      }
    }
  });
  after(async () => {
    await files.close();
    await daemon.stop();
    await home.remove();
  });

  it('refresh and download without one failure', async () => {
    let isOver = false;
    const rotated = rotateTwice().finally(() => {
      isOver = true;
    });
    const pulling = clients.map((client) => pullUntil(client, () => isOver));
    const [, ...counts] = await Promise.all([rotated, ...pulling]);
    const pulls = counts.reduce((sum, count) => sum + count, 0);
    console.log(`      ${pulls} updates by ${clients.length} clients, 2 rotations, 0 failures`);
  });

  /** Among releases; each time until every client has seen the new root. */
  async function rotateTwice(): Promise<void> {
    for (const version of [2, 3]) {
      const key = await addOnlineKey(home, `online-${version}`);
      await home.release(`2.${version}.0`);
      await nameOnlineKey(home, key);
      await home.release(`2.${version}.1`);
      const hasSeen = (client: ForeignClient) => (seen.get(client) ?? 0) >= version;
      await until(`everybody has seen root ${version}`, () => clients.every(hasSeen));
    }
  }

  /** @returns how often; fails at the first failure */
  async function pullUntil(client: ForeignClient, isOver: () => boolean): Promise<number> {
    let count = 0;
    while (!isOver()) {
      const { refusal, versions } = await client.pull([fileOf.alice]);
      assert.equal(refusal, undefined, `${client.name}, after ${count} updates`);
      seen.set(client, versions?.['root'] ?? 0);
      count += 1;
    }
    return count;
  }

  async function newClient(make: MakeForeignClient, url: string): Promise<ForeignClient> {
    const folder = path.join(home.dir, `client-${clients.length}`);
    await mkdir(folder);
    return make(folder, await readFile(home.paths.pinnedRoot), {
      metadataUrl: `${url}/metadata`,
      targetUrl: `${url}/targets`,
    });
  }
});

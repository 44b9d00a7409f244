import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { Updater } from '../../../client/index.ts';
import { writeSignerSettings } from '../../../core/home/signer-settings.ts';
import { generateKey } from '../../../core/signers/open-signer.ts';
import type { JsonObject } from '../../../core/metadata/json.ts';
import { checkClientFollows } from '../../../daemon/record/client-check.ts';
import { recordRef } from '../../../core/gate/published.ts';
import { readRecord, type RecordEntry } from '../../../daemon/record/record.ts';
import { loadRepository } from '../../../core/rules/repository.ts';
import { readState } from '../../../core/gate/state.ts';
import { daemonSuite, fetchSigned, statusOf } from '../../kit/daemon.ts';
import { nextVersion, withOnlineKey, type TestHome } from '../../kit/home.ts';
import { fileOf, repositoryName } from '../../kit/source-tree.ts';
import { until } from '../../kit/until.ts';

const sha = (algorithm: string, text: string) => createHash(algorithm).update(text).digest('hex');

describe('publishing', () => {
  const suite = daemonSuite();

  it('signs a first generation that a client follows from the pinned root to a target', async () => {
    const home = await suite.home();
    const daemon = await suite.serve(home);
    const updater = await clientOf(home, daemon.content);
    const info = await updater.getTargetInfo(fileOf.alice);
    assert.ok(info);
    const file = await updater.downloadTarget(info, path.join(home.dir, 'tool.tgz'));
    assert.equal(await readFile(file, 'utf8'), 'alice’s tool');
    assert.equal(daemon.readiness().ready, true);
  });

  it('lists version, length and sha256 of every role, and names the repository', async () => {
    const home = await suite.home();
    const daemon = await suite.serve(home);
    const snapshot = await fetchSigned(daemon, '1.snapshot.json');
    const timestamp = await fetchSigned(daemon, 'timestamp.json');
    const alice = Buffer.from(home.tree.get('metadata/alice.json') ?? '');
    assert.deepEqual(Object.keys(snapshot['meta'] ?? {}), [
      'alice.json',
      'bob.json',
      'targets.json',
    ]);
    assert.deepEqual((snapshot['meta'] as JsonObject)['alice.json'], {
      version: 1,
      length: alice.length,
      hashes: { sha256: createHash('sha256').update(alice).digest('hex') },
    });
    for (const signed of [snapshot, timestamp]) {
      assert.equal(signed['x-tuf-on-git-repository'], repositoryName);
    }
  });

  it('publishes a commit by itself, and leaves the files of older generations readable', async () => {
    const home = await suite.home();
    const daemon = await suite.serve(home);
    const file = await home.release('1.1.0', 'one more');
    await until('the release is out', async () => {
      const { meta } = await fetchSigned(daemon, 'timestamp.json');
      return JSON.stringify(meta).includes('"version":2');
    });
    const folder = path.dirname(file);
    const names = [
      '1.snapshot',
      '2.snapshot',
      '1.alice',
      '2.alice',
      '1.root',
      '1.targets',
      '1.bob',
    ];
    for (const name of names) assert.equal(await statusOf(daemon, `/metadata/${name}.json`), 200);
    const hashed = `/targets/${folder}/${sha('sha256', 'one more')}.tool.tgz`;
    assert.equal(await statusOf(daemon, hashed), 200);
    assert.equal(await statusOf(daemon, '/metadata/2.bob.json'), 404);
  });

  it('makes one generation of many commits, with every arrival in the record', async () => {
    const home = await suite.home();
    const daemon = await suite.serve(home);
    await daemon.close();
    for (const version of ['1.1.0', '1.2.0', '1.3.0']) await home.release(version);
    const again = await suite.serve(home);
    const { generation } = again.readiness();
    assert.equal(generation?.snapshot, 2);
    assert.equal(generation.commit, await home.tip());
    const [last] = await record(home);
    assert.equal(last?.arrivals.length, 3);
    assert.equal(last.arrivals.at(-1)?.by, 'tuf-on-git');
    const [first] = last.arrivals;
    assert.ok(first && Math.abs(first.receivedAt.getTime() - Date.now()) < 60_000);
  });

  it('believes no time of receipt from before the last generation, nor from the future', async () => {
    const home = await suite.home();
    const daemon = await suite.serve(home);
    for (const time of [new Date('2020-01-01T00:00:00Z'), new Date('2099-01-01T00:00:00Z')]) {
      await home.release(String(time.getFullYear()), 'odd clock', time);
      await daemon.reconcile();
      assert.deepEqual(daemon.readiness().reasons, []);
      const receivedAt = (await record(home))[0]?.arrivals[0]?.receivedAt.getTime() ?? 0;
      assert.ok(Math.abs(receivedAt - Date.now()) < 60_000);
    }
  });

  it('publishes every root, also those whose tips it never saw', async () => {
    const home = await suite.home();
    const daemon = await suite.serve(home);
    await daemon.close();
    for (let version = 2; version <= 4; version += 1) {
      await home.commit((tree) => {
        nextVersion(tree, 'root');
      });
    }
    const again = await suite.serve(home);
    for (const version of [1, 2, 3, 4]) {
      assert.equal(await statusOf(again, `/metadata/${version}.root.json`), 200);
    }
    assert.equal(await statusOf(again, '/metadata/5.root.json'), 404);
    await (await clientOf(home, again.content)).refresh();
  });

  it('signs with a new online key from the root on that names it', async () => {
    const home = await suite.home();
    const file = `file:${path.join(home.paths.signer, 'next.json')}`;
    const next = await generateKey(file, 'ed25519', { unsafePlaintext: true });
    const keys = ['file:online.json', 'file:next.json'];
    await writeSignerSettings(home.paths.signer, { format: 1, keys });
    const daemon = await suite.serve(home);
    const client = await clientOf(home, daemon.content);
    await client.refresh();
    await home.commit((tree) => {
      nextVersion(tree, 'root', (signed) => withOnlineKey(signed, next));
    });
    await daemon.reconcile();
    assert.deepEqual(daemon.readiness().reasons, []);
    assert.equal(daemon.readiness().generation?.snapshot, 2);
    await reopened(home, daemon.content).refresh();
  });

  it('gives a target a name under every hash that it lists', async () => {
    const home = await suite.home();
    const text = 'alice’s tool';
    await home.commit((tree) => {
      nextVersion(tree, 'alice', (signed) => ({
        ...signed,
        targets: {
          [fileOf.alice]: {
            length: Buffer.byteLength(text),
            hashes: { sha256: sha('sha256', text), sha512: sha('sha512', text) },
          },
        },
      }));
    });
    const daemon = await suite.serve(home);
    const folder = `/targets/${path.dirname(fileOf.alice)}`;
    for (const algorithm of ['sha256', 'sha512']) {
      const response = await fetch(`${daemon.content}${folder}/${sha(algorithm, text)}.tool.tgz`);
      assert.equal(await response.text(), text);
    }
    const files = ['sha256', 'sha512'].map((algorithm) =>
      stat(path.join(home.paths.public, folder, `${sha(algorithm, text)}.tool.tgz`)),
    );
    const [one, other] = await Promise.all(files);
    assert.equal(one?.ino, other?.ino);
  });

  it('keeps the entry of a role that is gone in the snapshot', async () => {
    const home = await suite.home();
    const daemon = await suite.serve(home);
    await home.commit((tree) => {
      nextVersion(tree, 'targets', (signed) => {
        const delegations = signed['delegations'] as {
          keys: JsonObject;
          roles: { name: string }[];
        };
        const roles = delegations.roles.filter(({ name }) => name !== 'bob');
        return { ...signed, delegations: { ...delegations, roles } };
      });
      tree.delete('metadata/bob.json');
      tree.delete(`targets/${fileOf.bob}`);
    });
    await daemon.reconcile();
    assert.deepEqual(daemon.readiness().reasons, []);
    const { meta } = await fetchSigned(daemon, '2.snapshot.json');
    assert.ok('bob.json' in (meta as JsonObject));
  });

  it('writes a linear record of which each generation follows from the one before', async () => {
    const home = await suite.home();
    const daemon = await suite.serve(home);
    for (const version of ['1.1.0', '1.2.0']) {
      await home.release(version);
      await daemon.reconcile();
    }
    await home.commit((tree) => {
      nextVersion(tree, 'root');
    });
    await daemon.reconcile();
    const entries = (await record(home)).reverse();
    assert.deepEqual(
      entries.map(({ snapshot, timestamp }) => [snapshot.signed.version, timestamp.signed.version]),
      [
        [1, 1],
        [2, 2],
        [3, 3],
        [3, 4],
      ],
    );
    await followAll(home, entries);
  });

  it('keeps the timestamp in the public folder equal to the one that it serves', async () => {
    const home = await suite.home();
    const daemon = await suite.serve(home);
    await home.release('1.1.0');
    await daemon.reconcile();
    const file = path.join(home.paths.public, 'metadata', 'timestamp.json');
    const served = await fetch(`${daemon.content}/metadata/timestamp.json`);
    assert.equal(await readFile(file, 'utf8'), await served.text());
  });
});

async function clientOf(home: TestHome, url: string): Promise<Updater> {
  const root = await readFile(home.paths.pinnedRoot);
  await Updater.init(path.join(home.dir, 'client'), root);
  return reopened(home, url);
}

/** The client with what it knows already, for another refresh. */
function reopened(home: TestHome, url: string): Updater {
  return new Updater({
    metadataDir: path.join(home.dir, 'client'),
    metadataUrl: `${url}/metadata`,
    targetsUrl: `${url}/targets`,
    targetsDir: home.dir,
  });
}

/** The record, newest first. */
async function record({ git }: TestHome): Promise<RecordEntry[]> {
  const entries: RecordEntry[] = [];
  let oid = await git.resolveRef(recordRef);
  while (oid !== undefined) {
    const entry = await readRecord(git, oid);
    entries.push(entry);
    oid = entry.parent;
  }
  return entries;
}

async function followAll({ git }: TestHome, entries: readonly RecordEntry[]): Promise<void> {
  let before: Parameters<typeof checkClientFollows>[0] | undefined;
  for (const entry of entries) {
    const repository = await loadRepository(await readState(git, entry.commit));
    const from = before ?? { root: repository.root };
    checkClientFollows(from, { repository, ...entry }, entry.publishedAt);
    before = { root: repository.root, snapshot: entry.snapshot, timestamp: entry.timestamp };
  }
}

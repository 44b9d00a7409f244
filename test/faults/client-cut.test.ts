/**
 * Connections that are cut at every byte of each metadata file and of the head before it, and at
 * random bytes of a target: cut once, the client comes to the right bytes all the same; cut always,
 * it says so and has nothing.
 */
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { httpFetcher } from '../../client/http-fetcher.ts';
import { Updater } from '../../client/updater.ts';
import { rejectsWithFault } from '../kit/faults.ts';
import { newKey, SimulatedRepository, testTime } from '../kit/simulated-repository.ts';
import { answerFor, cuttingServer, type Cut, type CuttingServer } from './kit/cutting-server.ts';
import { randomNumbers } from './kit/random-numbers.ts';

const { CUTS_SEED: seed = '4711', CUTS: targetCuts = '200' } = process.env;
const attempts = 3;
/** Of refreshes that end in a fault there is less to tell apart. */
const everyNth = 7;
const atOnce = 16;
const uncut: Cut = { file: '', after: [] };
/** Thousands of refreshes: a disk that has to be waited for would be most of the time. */
const memoryFolder = existsSync('/dev/shm') ? '/dev/shm' : tmpdir();

describe('a connection that is cut', () => {
  const repository = new SimulatedRepository();
  const content = Buffer.from(Array.from({ length: 150_000 }, (_, at) => (at * at) >> 5));
  repository.addTarget('tool.bin', content);
  // One key for all makes root short: each of its bytes is a refresh.
  const key = newKey();
  for (const role of ['targets', 'snapshot', 'timestamp', 'root'] as const) {
    repository.rotate(role, [key]);
  }
  const firstRoot = repository.publishRoot();
  repository.publishRoot();
  repository.publish();
  const compact = JSON.stringify(JSON.parse(Buffer.from(repository.bytes('root')).toString()));
  repository.files.set('metadata/3.root.json', Buffer.from(compact));
  const fetcher = httpFetcher();
  let server: CuttingServer;
  let folder: string;

  before(async () => {
    server = await cuttingServer(repository.files);
    folder = await mkdtemp(path.join(memoryFolder, 'tuf-on-git-cut-'));
    for (let worker = 0; worker < atOnce; worker += 1) {
      await Updater.init(cacheOf(worker), firstRoot);
      await updaterFor(uncut, cacheOf(worker)).refresh();
    }
  });
  after(async () => {
    await server.close();
    await rm(folder, { recursive: true, force: true });
  });

  for (const role of ['root', 'timestamp', 'snapshot', 'targets'] as const) {
    const version = { root: '3.', timestamp: '', snapshot: '1.', targets: '1.' }[role];
    const file = `metadata/${version}${role}.json`;
    const { length } = answerFor(repository.files.get(file));

    it(`once, at each of the ${length} bytes of an answer with ${role}: the next attempt has it`, async () => {
      await forEach(length, 1, async (at, worker) => {
        const metadataDir = await cacheWithout(role, worker);
        await updaterFor({ file, after: [at] }, metadataDir).refresh();
        const names = await readdir(metadataDir);
        assert.equal(names.filter((name) => name.endsWith('.json')).length, 4, String(names));
        const stored = await readFile(path.join(metadataDir, `${role}.json`));
        assert.deepEqual(stored, Buffer.from(repository.files.get(file) ?? []));
      });
    });

    it(`each time, at bytes of ${role}: it cannot be reached, and is not stored`, async () => {
      await forEach(length, everyNth, async (at, worker) => {
        const metadataDir = await cacheWithout(role, worker);
        const before = await contents(metadataDir);
        const updater = updaterFor({ file, after: Array(attempts).fill(at) }, metadataDir);
        await rejectsWithFault('download.unreachable', updater.refresh());
        assert.deepEqual(await contents(metadataDir), before);
        await updaterFor(uncut, metadataDir).refresh();
      });
    });
  }

  it(`at ${targetCuts} random bytes of a target: the rest comes, or nothing has its name`, async () => {
    const [file = ''] = [...repository.files.keys()].filter((name) => name.endsWith('tool.bin'));
    const { length } = answerFor(content);
    const random = randomNumbers(Number(seed));
    const metadataDir = cacheOf(0);
    await forEach(Number(targetCuts), 1, async (at) => {
      const after = [random(length), random(150), random(150)];
      const out = path.join(folder, `out-${at}`, 'tool.bin');
      const get = async (cut: Cut) => {
        const updater = updaterFor(cut, metadataDir);
        const info = await updater.getTargetInfo('tool.bin');
        assert.ok(info);
        await updater.downloadTarget(info, out);
      };
      await rejectsWithFault('download.unreachable', get({ file, after }));
      await assert.rejects(readFile(out), { code: 'ENOENT' });
      await get({ file, after: after.slice(1) });
      assert.ok(content.equals(await readFile(out)), `seed ${seed}, cut after ${String(after)}`);
    });
  });

  function cacheOf(worker: number): string {
    return path.join(folder, `cache-${worker}`);
  }

  /** It has all but the role, or the root before the newest: nothing else has to be fetched. */
  async function cacheWithout(role: string, worker: number): Promise<string> {
    const file = path.join(cacheOf(worker), `${role}.json`);
    if (role === 'root') await writeFile(file, firstRoot);
    else await rm(file);
    return cacheOf(worker);
  }

  function updaterFor(cut: Cut, metadataDir: string): Updater {
    const url = server.with(cut);
    return new Updater({
      metadataDir,
      metadataUrl: `${url}metadata/`,
      targetsUrl: `${url}targets/`,
      fetcher,
      retry: { attempts, pause: () => Promise.resolve() },
      now: testTime,
    });
  }
});

/** Does the work for 0, `step`, … below `end`, some at a time, each by another worker. */
async function forEach(
  end: number,
  step: number,
  work: (at: number, worker: number) => Promise<void>,
): Promise<void> {
  let next = 0;
  const workThrough = async (worker: number) => {
    for (let at = next; at < end; at = next) {
      next += step;
      await work(at, worker);
    }
  };
  await Promise.all(Array.from({ length: atOnce }, (_, worker) => workThrough(worker)));
}

/** Every file of a cache, by name. */
async function contents(metadataDir: string): Promise<ReadonlyMap<string, string>> {
  const names = await readdir(metadataDir);
  const files = names.filter((name) => name !== 'anchor').toSorted();
  const read = async (name: string) =>
    [name, await readFile(path.join(metadataDir, name), 'latin1')] as const;
  return new Map(await Promise.all(files.map(read)));
}

/**
 * Connections that are cut at every byte of each metadata file and of the head before it, and at
 * random bytes of a target: cut once, the client comes to the right bytes all the same; cut always,
 * it says so and has nothing.
 */
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { httpFetcher } from '../../client/http-fetcher.ts';
import { Updater } from '../../client/updater.ts';
import { rejectsWithFault } from '../kit/faults.ts';
import { SimulatedRepository, testTime } from '../kit/simulated-repository.ts';
import { answerFor, cuttingServer, type Cut, type CuttingServer } from './kit/cutting-server.ts';
import { randomNumbers } from './kit/random-numbers.ts';

const { CUTS_SEED: seed = '4711', CUTS: targetCuts = '200' } = process.env;
const attempts = 3;
/** Of refreshes that end in a fault there is less to tell apart. */
const everyNth = 7;
const atOnce = 16;
/** Thousands of refreshes: a disk that has to be waited for would be most of the time. */
const memoryFolder = existsSync('/dev/shm') ? '/dev/shm' : tmpdir();

describe('a connection that is cut', function () {
  this.timeout(300_000);
  const repository = new SimulatedRepository();
  const content = Buffer.from(Array.from({ length: 150_000 }, (_, at) => (at * at) >> 5));
  repository.addTarget('tool.bin', content);
  const firstRoot = repository.bytes('root');
  repository.publishRoot();
  repository.publish();
  const compact = JSON.stringify(JSON.parse(Buffer.from(repository.bytes('root')).toString()));
  repository.files.set('metadata/2.root.json', Buffer.from(compact));
  const fetcher = httpFetcher();
  let server: CuttingServer;
  let folder: string;
  let count = 0;

  before(async () => {
    server = await cuttingServer(repository.files);
    folder = await mkdtemp(path.join(memoryFolder, 'tuf-on-git-cut-'));
  });
  after(async () => {
    await server.close();
    await rm(folder, { recursive: true, force: true });
  });

  for (const role of ['root', 'timestamp', 'snapshot', 'targets'] as const) {
    const version = { root: '2.', timestamp: '', snapshot: '1.', targets: '1.' }[role];
    const file = `metadata/${version}${role}.json`;
    const { length } = answerFor(repository.files.get(file));

    it(`once, at each of the ${length} bytes of an answer with ${role}: the next attempt has it`, async () => {
      await forEach(length, 1, async (at) => {
        const { updater, metadataDir } = await client({ file, after: [at] });
        await updater.refresh();
        const names = await readdir(metadataDir);
        assert.equal(names.filter((name) => name.endsWith('.json')).length, 4, String(names));
        const stored = await readFile(path.join(metadataDir, `${role}.json`));
        assert.deepEqual(stored, Buffer.from(repository.files.get(file) ?? []));
      });
    });

    it(`each time, at bytes of ${role}: it cannot be reached, and is not stored`, async () => {
      await forEach(length, everyNth, async (at) => {
        const { updater, metadataDir } = await client({ file, after: Array(attempts).fill(at) });
        await rejectsWithFault('download.unreachable', updater.refresh());
        const stored = await readdir(metadataDir);
        if (role !== 'root') assert.ok(!stored.includes(`${role}.json`));
        await updaterFor({ file, after: [] }, metadataDir).refresh();
      });
    });
  }

  it(`at ${targetCuts} random bytes of a target: the rest comes, or nothing has its name`, async () => {
    const [file = ''] = [...repository.files.keys()].filter((name) => name.endsWith('tool.bin'));
    const { length } = answerFor(content);
    const random = randomNumbers(Number(seed));
    const metadataDir = (await client({ file, after: [] })).metadataDir;
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

  async function client(cut: Cut) {
    const metadataDir = path.join(folder, String((count += 1)));
    await Updater.init(metadataDir, firstRoot);
    return { metadataDir, updater: updaterFor(cut, metadataDir) };
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

/** Does the work for 0, `step`, … below `end`, some at a time. */
async function forEach(
  end: number,
  step: number,
  work: (at: number) => Promise<void>,
): Promise<void> {
  let next = 0;
  const worker = async () => {
    for (let at = next; at < end; at = next) {
      next += step;
      await work(at);
    }
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
}

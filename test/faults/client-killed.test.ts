/**
 * `get` and `refresh` in processes that are killed, at each file operation and at random, while the repository publishes and
 * rotates keys. Whatever moment it is: the next run works, what is in the cache is what was
 * published and never becomes older, and a file under a target's name is a target.
 */
import assert from 'node:assert/strict';
import type { ChildProcess } from 'node:child_process';
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { ended } from '../kit/cli.ts';
import { downloader } from '../kit/downloader.ts';
import { sha256 } from '../kit/simulated-repository.ts';
import { faultControl, type FaultControl } from './kit/fault-control.ts';
import { randomNumbers } from './kit/random-numbers.ts';

const { CLIENT_KILLS: kills = '200', KILLS_SEED: seed = '2718' } = process.env;
const targetBytes = 300_000;
const topLevel = ['root', 'timestamp', 'snapshot', 'targets'] as const;
const get = ['get', 'team/tool.bin', '--dir', 'out'];

describe('a downloader that is killed over and over', function () {
  this.timeout(Math.max(300_000, Number(kills) * 2_000));
  const scene = downloader();
  const random = randomNumbers(Number(seed));
  /** SHA-256 of all that was ever published, to the generation that it came with. */
  const published = new Map<string, number>();
  /** The newest generation of each file that was ever seen on the downloader's disk. */
  const seen = new Map<string, number>();
  /** The names that were left, as often as they were. */
  const left = new Map<string, number>();
  let generation = 0;
  let mostLitter = 0;

  beforeEach(async () => {
    const { repository } = scene();
    for (const map of [published, seen, left]) map.clear();
    for (const bytes of repository.files.values()) published.set(sha256(bytes), 0);
    repository.delegate('team', { paths: ['team/*'] });
    publish();
    await works();
  });

  it('at each of its file operations: the next run works, and nothing lies about', async () => {
    const faults = await faultControl(scene().inSandbox('faults'));
    let at = 1;
    while (await diesAt(at, faults)) at += 1;
    console.log(`      killed at ${at - 1} operations`);
    assert.ok(at > 20, String(at));
    await nothingIsLeft();
  });

  it(`${kills} times: the next run works, nothing goes back, nothing lies about`, async () => {
    const start = performance.now();
    await works();
    const runMs = performance.now() - start;
    for (let count = 1; count <= Number(kills); count += 1) {
      publish();
      await killed(count % 2 === 0 ? () => delay(random(runMs)) : afterSomeRequest);
      await nothingIsBad();
      if (count % 10 === 0) await works();
    }
    console.log(`      runs of ${runMs.toFixed()} ms; left at times:`, Object.fromEntries(left));
    await nothingIsLeft();
    assert.ok(mostLitter < 12, `${mostLitter} files at once`);
  });

  /** @returns false when it was done before that operation came */
  async function diesAt(at: number, faults: FaultControl): Promise<boolean> {
    publish();
    await faults.set({ program: 'tuf-on-git', at, action: 'kill' });
    const { status } = await scene().sandbox.run(get, { env: faults.env });
    await faults.set(undefined);
    await nothingIsBad();
    await works();
    return status === null;
  }

  /** A new generation of each role; now and then with another key, be it root's own. */
  function publish(): void {
    const { repository } = scene();
    generation += 1;
    if (generation % 12 === 0) repository.rotate(topLevel[random(topLevel.length)] ?? 'root');
    if (generation % 6 === 0) repository.publishRoot();
    const content = Buffer.alloc(targetBytes, `generation ${generation} `);
    repository.addTarget('team/tool.bin', content, 'team');
    repository.addTarget('note.txt', `generation ${generation}`);
    repository.publish();
    for (const bytes of [content, ...[...topLevel, 'team'].map((role) => repository.bytes(role))]) {
      const digest = sha256(bytes);
      if (!published.has(digest)) published.set(digest, generation);
    }
  }

  /** @param moment resolves while the process runs, or soon after it */
  async function killed(moment: (child: ChildProcess) => Promise<void>): Promise<void> {
    const child = scene().sandbox.start(random(4) === 0 ? ['refresh'] : get);
    const run = ended(child);
    await Promise.race([moment(child), run]);
    child.kill('SIGKILL');
    const { status, stderr } = await run;
    assert.ok(status === null || status === 0, stderr);
  }

  /** What it does then is to write, perhaps while a newer generation comes. */
  async function afterSomeRequest(child: ChildProcess): Promise<void> {
    const { requests } = scene().server;
    const wanted = requests.length + 1 + random(7);
    const isRunning = () => child.exitCode === null && child.signalCode === null;
    while (requests.length < wanted && isRunning()) await delay(1);
    if (random(4) === 0) publish();
    await delay(random(10));
  }

  async function works(): Promise<void> {
    const { inSandbox, sandbox } = scene();
    await sandbox.ok(get);
    await nothingIsBad();
    const file = await readFile(inSandbox('out/tool.bin'));
    assert.equal(published.get(sha256(file)), generation);
  }

  /** After a run that had something to write. */
  async function nothingIsLeft(): Promise<void> {
    publish();
    await works();
    assert.deepEqual((await filesOf(scene().sandbox.dir)).filter(isDotted), []);
  }

  async function nothingIsBad(): Promise<void> {
    const names = await filesOf(scene().sandbox.dir);
    for (const name of names.filter((one) => !isDotted(one))) {
      const bytes = await readFile(path.join(scene().sandbox.dir, name));
      const found = published.get(sha256(bytes));
      assert.ok(found !== undefined, `seed ${seed}: nobody published ${name}`);
      assert.ok(found >= (seen.get(name) ?? 0), `seed ${seed}: ${name} went back to ${found}`);
      seen.set(name, found);
    }
    const dotted = names.filter(isDotted);
    mostLitter = Math.max(mostLitter, dotted.length);
    for (const kind of dotted.map(kindOf)) left.set(kind, (left.get(kind) ?? 0) + 1);
  }
});

/** In the cache and in the folder of downloads, relative to the sandbox. */
async function filesOf(dir: string): Promise<readonly string[]> {
  const entries = await readdir(dir, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile() || entry.name.startsWith('.'))
    .map((entry) => path.relative(dir, path.join(entry.parentPath, entry.name)))
    .filter((name) => /^(?:trusted\/[^/]+\/metadata|out)\//.test(name));
}

function isDotted(name: string): boolean {
  return path.basename(name).startsWith('.') || path.dirname(name).includes('/.');
}

/** A name without what is different each time. */
function kindOf(name: string): string {
  return name.replace(/[0-9a-f]{8,16}(?:-\d+-[0-9a-f]{8})?(?:-.*)?/g, '*');
}

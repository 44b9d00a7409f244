import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { Updater } from '../../../client/index.ts';
import type { Step } from '../../../daemon/publish/checkpoint.ts';
import { bundledProgram } from '../../kit/bundled-program.ts';
import { runDaemon } from '../../kit/daemon.ts';
import { makeHome, type TestHome } from '../../kit/home.ts';
import { signerProgram } from '../../kit/signer-program.ts';

const steps: readonly Step[] = [
  'targets-written',
  'snapshot-intended',
  'timestamp-intended',
  'signed',
  'metadata-written',
  'record-announced',
  'recorded',
  'switched',
];

describe('a daemon killed in the middle of a generation', () => {
  let home: TestHome;
  let client: Client;

  before(async () => {
    home = await makeHome();
    const daemon = await runDaemon(home);
    client = await clientOf(home);
    await client.refresh(daemon.content);
    await daemon.close();
  });
  after(() => home.remove());

  for (const [count, step] of steps.entries()) {
    it(`goes on by itself after ${step}: nothing lost, nothing taken back`, async () => {
      const published = await publicFiles(home);
      const file = await home.release(`1.${count}.1`, `survives ${step}`);
      await crashAt(home, step);
      const daemon = await runDaemon(home);
      assert.deepEqual(daemon.readiness().reasons, []);
      assert.equal(daemon.readiness().generation?.commit, await home.tip());
      assert.equal(await client.download(daemon.content, file), `survives ${step}`);
      await daemon.close();
      await assertUnchanged(home, published);
    });
  }

  it('again and again goes on from wherever the last one died', async () => {
    const published = await publicFiles(home);
    const file = await home.release('2.0.0', 'survives them all');
    for (const step of steps.slice(0, steps.indexOf('recorded'))) await crashAt(home, step);
    const daemon = await runDaemon(home);
    assert.equal(await client.download(daemon.content, file), 'survives them all');
    await daemon.close();
    await assertUnchanged(home, published);
  });
});

/** Serves the HOME in a process of its own until it has killed itself. */
async function crashAt(home: TestHome, step: Step): Promise<void> {
  const program = bundledProgram('test/daemon/publish/crashing-daemon.ts');
  const args = [program, home.dir, step, signerProgram()];
  const child = spawn(process.execPath, args, { stdio: 'inherit' });
  const [, signal] = (await once(child, 'exit')) as [number | null, string | null];
  assert.equal(signal, 'SIGKILL');
}

interface Client {
  refresh(url: string): Promise<void>;
  /** Refreshes and downloads a target; its text. */
  download(url: string, file: string): Promise<string>;
}

/** A client that has seen what was published so far. */
async function clientOf(home: TestHome): Promise<Client> {
  const metadataDir = path.join(home.dir, 'client');
  await Updater.init(metadataDir, await readFile(home.paths.pinnedRoot));
  const updater = (url: string) =>
    new Updater({
      metadataDir,
      metadataUrl: `${url}/metadata`,
      targetsUrl: `${url}/targets`,
      targetsDir: home.dir,
    });
  return {
    refresh: (url: string) => updater(url).refresh(),
    download: async (url: string, file: string) => {
      const client = updater(url);
      const info = await client.getTargetInfo(file);
      assert.ok(info, `${file} is not there`);
      return readFile(await client.downloadTarget(info, path.join(home.dir, 'got')), 'utf8');
    },
  };
}

/** Every public file but the timestamp, with its content. */
async function publicFiles({ paths }: TestHome): Promise<ReadonlyMap<string, string>> {
  const entries = await readdir(paths.public, { recursive: true, withFileTypes: true });
  const files = new Map<string, string>();
  for (const entry of entries.filter((each) => each.isFile())) {
    const file = path.join(entry.parentPath, entry.name);
    if (entry.name === 'timestamp.json' || file.includes('.partial')) continue;
    files.set(file, await readFile(file, 'latin1'));
  }
  return files;
}

async function assertUnchanged(home: TestHome, before: ReadonlyMap<string, string>): Promise<void> {
  const after = await publicFiles(home);
  for (const [file, content] of before) assert.equal(after.get(file), content, file);
}

import assert from 'node:assert/strict';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { createInterface } from 'node:readline';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { homePaths } from '../../core/home/layout.ts';
import { assertRefused, cliSandbox, ended, type CliRun, type CliSandbox } from '../kit/cli.ts';
import { initHome, makePlainKeys, type InitAnswer } from '../kit/cli-home.ts';

interface Serving {
  readonly process: ChildProcess;
  readonly content: string;
  readonly console: string;
  readonly end: Promise<CliRun>;
}

describe('tuf-on-git serve', () => {
  let sandbox: CliSandbox;
  let made: InitAnswer;
  let config: string;

  before(async () => {
    sandbox = await cliSandbox();
    await makePlainKeys(sandbox);
    made = await initHome(sandbox);
    config = await readFile(homePaths(made.home).config, 'utf8');
  });
  after(() => sandbox.remove());

  async function serve(): Promise<Serving> {
    const child = sandbox.start(['serve', 'home', '--json-ready']);
    const end = ended(child);
    assert.ok(child.stdout);
    const [line] = (await once(createInterface(child.stdout), 'line')) as [string];
    const { content, console } = JSON.parse(line) as { content: string; console: string };
    return { process: child, content, console, end };
  }

  /** Settings for one test; those of `init` are put back after it. */
  const configure = (change: object) =>
    writeFile(
      homePaths(made.home).config,
      JSON.stringify({ ...(JSON.parse(config) as object), ...change }),
    );
  afterEach(() => writeFile(homePaths(made.home).config, config));

  const refused = () => sandbox.run(['serve', 'home']);

  it('serves what was published, says where, and ends in good order when told to', async () => {
    for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) {
      const serving = await serve();
      const published = await fetch(`${serving.content}/metadata/timestamp.json`);
      assert.equal(published.status, 200);
      assert.equal((await fetch(`${serving.console}/readyz`)).status, 200);
      serving.process.kill(signal);
      assert.equal((await serving.end).status, 0, signal);
      await assert.rejects(fetch(serving.content));
    }
  });

  it('serves a HOME once: the second daemon says so and leaves', async () => {
    const serving = await serve();
    try {
      const before = await sandbox.files();
      assertRefused(await refused(), 1, 'home.locked');
      assert.deepEqual(await sandbox.files(), before);
      assert.equal((await fetch(`${serving.console}/readyz`)).status, 200);
    } finally {
      serving.process.kill('SIGTERM');
      await serving.end;
    }
  });

  it('says which port is in use', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    const { port } = other.address() as AddressInfo;
    try {
      await configure({ content: { listen: `127.0.0.1:${port}` } });
      const before = await sandbox.files();
      const run = await refused();
      assertRefused(run, 1, 'home.port-in-use');
      assert.match(run.stderr, /content\.listen/);
      assert.deepEqual(await sandbox.files(), before);
    } finally {
      other.close();
    }
  });

  it('names an unknown setting, and one that does not fit', async () => {
    await configure({ timestampLifetimeHour: 3 });
    const before = await sandbox.files();
    const unknown = await refused();
    assertRefused(unknown, 2, 'home.configuration');
    assert.match(unknown.stderr, /timestampLifetimeHour/);
    assert.deepEqual(await sandbox.files(), before);
    await configure({ timestampLifetimeHours: -1 });
    const wrong = await refused();
    assertRefused(wrong, 2, 'home.configuration');
    assert.match(wrong.stderr, /timestampLifetimeHours/);
  });

  it('leaves a HOME alone that another version made', async () => {
    for (const format of [0, 2]) {
      await configure({ format });
      const before = await sandbox.files();
      assertRefused(await refused(), 2, 'home.format');
      assert.deepEqual(await sandbox.files(), before);
    }
  });

  it('refuses what is no HOME, and one that lacks its root or its signer', async () => {
    assertRefused(await sandbox.run(['serve', 'nowhere']), 2, 'home.missing');
    const { pinnedRoot, signerSettings } = homePaths(made.home);
    for (const file of [pinnedRoot, signerSettings]) {
      const bytes = await readFile(file);
      await rm(file);
      assertRefused(await refused(), 2, 'home.missing');
      await writeFile(file, bytes);
    }
  });
});

import assert from 'node:assert/strict';
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, readFile, stat, writeFile } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import path from 'node:path';
import { createInterface } from 'node:readline';
import type { Code } from '../../core/error/codes.ts';
import { nudge } from '../../core/home/nudge.ts';
import { assertRefused, ended } from '../kit/cli.ts';
import { makeHome, type HomeOptions, type TestHome } from '../kit/home.ts';
import { until } from '../kit/until.ts';

const program = path.resolve(import.meta.dirname, '../../dist/bin/daemon.cjs');

describe('the daemon’s program', () => {
  const homes: TestHome[] = [];
  const children: ChildProcess[] = [];
  afterEach(async () => {
    for (const child of children.splice(0)) {
      if (child.exitCode === null && child.signalCode === null) {
        child.kill('SIGKILL');
        await once(child, 'exit');
      }
    }
    for (const home of homes.splice(0)) await home.remove();
  });

  const newHome = async (options?: HomeOptions) => {
    const home = await makeHome(options);
    homes.push(home);
    return home;
  };
  const start = (...args: string[]) => {
    const child = spawn(process.execPath, [program, ...args], {
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    children.push(child);
    return child;
  };
  const refused = async (code: Code, status: number, ...args: string[]) => {
    assertRefused(await ended(start(...args)), status, code);
  };

  it('says where it serves in one line of JSON, and ends at SIGTERM with status 0', async () => {
    const home = await newHome();
    const child = start(home.dir, '--json-ready');
    const { content, console: consoleUrl } = await ready(child);
    assert.equal((await fetch(`${content}/metadata/timestamp.json`)).status, 200);
    assert.equal((await fetch(`${consoleUrl}/readyz`)).status, 200);
    child.kill('SIGTERM');
    assert.deepEqual(await once(child, 'exit'), [0, null]);
    await assert.rejects(stat(path.join(home.paths.state, 'daemon.lock')));
    await assert.rejects(fetch(`${content}/metadata/timestamp.json`));
  });

  it('makes the first generation and ends, with --once', async () => {
    const home = await newHome();
    const run = await ended(start(home.dir, '--once'));
    assert.equal(run.status, 0, run.stderr);
    const file = path.join(home.paths.public, 'metadata', 'timestamp.json');
    assert.match(await readFile(file, 'utf8'), /"version":1/);
    const keys = JSON.parse(await readFile(home.paths.onlineKeys, 'utf8')) as unknown;
    assert.deepEqual(keys, [home.online.json]);
    const again = await ended(start(home.dir, '--once'));
    assert.equal(again.status, 0);
    assert.match(await readFile(file, 'utf8'), /"version":1/);
  });

  it('refuses --once where something stands in the way, in one line', async () => {
    const home = await newHome();
    await writeFile(path.join(home.paths.signer, 'online.json'), '{}');
    await refused('signer.key-file', 1, home.dir, '--once');
  });

  it('refuses to be the second one', async () => {
    const home = await newHome();
    await ready(start(home.dir, '--json-ready'));
    await refused('home.locked', 1, home.dir);
    await refused('home.locked', 1, home.dir, '--once');
  });

  it('takes the place of one that was killed', async () => {
    const home = await newHome();
    const first = start(home.dir, '--json-ready');
    await ready(first);
    first.kill('SIGKILL');
    await once(first, 'exit');
    const { content } = await ready(start(home.dir, '--json-ready'));
    assert.equal((await fetch(`${content}/metadata/timestamp.json`)).status, 200);
  });

  it('says so when a port is in use, and leaves no lock behind', async () => {
    const blocker = createServer().listen(0, '127.0.0.1');
    await once(blocker, 'listening');
    const { port } = blocker.address() as AddressInfo;
    for (const listener of ['content', 'console']) {
      const home = await newHome({ config: { [listener]: { listen: `127.0.0.1:${port}` } } });
      await refused('home.port-in-use', 1, home.dir);
      await assert.rejects(stat(path.join(home.paths.state, 'daemon.lock')));
    }
    blocker.close();
  });

  it('refuses what is no HOME, unknown settings and unknown options', async () => {
    const home = await newHome();
    await refused('home.missing', 1, path.join(home.dir, 'elsewhere'));
    await refused('usage.argument', 2);
    await refused('usage.argument', 2, home.dir, '--twice');
    await refused('usage.argument', 2, home.dir, home.dir);
    const config = JSON.parse(await readFile(home.paths.config, 'utf8')) as object;
    await writeFile(home.paths.config, JSON.stringify({ ...config, extra: 1 }));
    await refused('home.configuration', 1, home.dir);
    await writeFile(home.paths.config, JSON.stringify({ ...config, format: 2 }));
    await refused('home.format', 1, home.dir);
  });

  it('looks at once when it is nudged', async () => {
    const home = await newHome({ config: { reconcileIntervalSeconds: 3600, logLevel: 'info' } });
    const child = start(home.dir, '--json-ready');
    await ready(child);
    const { mode } = await stat(home.paths.nudgePipe);
    assert.equal(mode & 0o777, 0o660);
    await home.release('1.1.0');
    await nudge(home.paths.nudgePipe);
    const file = path.join(home.paths.public, 'metadata', '2.snapshot.json');
    await until(
      'the release is out',
      async () => (await readFile(file).catch(() => undefined))?.length,
    );
  });

  it('publishes though nobody can nudge it', async () => {
    const home = await newHome({ config: { reconcileIntervalSeconds: 3600, logLevel: 'warn' } });
    await mkdir(path.join(home.paths.nudgePipe, 'in the way'), { recursive: true });
    const child = start(home.dir, '--json-ready');
    const told = once(child.stderr, 'data');
    await ready(child);
    assert.match(String(await told), /pushes cannot nudge/);
    await home.release('1.1.0');
    const file = path.join(home.paths.public, 'metadata', '2.snapshot.json');
    await until(
      'the release is out',
      async () => (await readFile(file).catch(() => undefined))?.length,
    );
  });

  it('logs each generation as a line of JSON', async () => {
    const home = await newHome({ config: { logLevel: 'info' } });
    const { stderr } = await ended(start(home.dir, '--once'));
    const lines = stderr
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, unknown>);
    const generation = lines.find((line) => line['timestampVersion'] === 1);
    assert.equal(generation?.['commit'], await home.tip());
    assert.equal(generation['changedRoles'], 3);
    assert.equal(generation['newTargets'], 2);
    assert.equal(typeof generation['ms'], 'number');
  });
});

/** What the program prints when it serves. */
async function ready(child: ChildProcess): Promise<{ content: string; console: string }> {
  assert.ok(child.stdout);
  const errors: string[] = [];
  child.stderr?.on('data', (chunk: Buffer) => errors.push(chunk.toString()));
  for await (const line of createInterface({ input: child.stdout })) {
    return JSON.parse(line) as { content: string; console: string };
  }
  return assert.fail(`it never served: ${errors.join('')}`);
}

import assert from 'node:assert/strict';
import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdir } from 'node:fs/promises';
import { connect, type Socket } from 'node:net';
import path from 'node:path';
import { createInterface } from 'node:readline';
import type { Readiness } from '../../daemon/readiness.ts';
import { accounts, copyPrograms, give } from '../kit/accounts.ts';
import { assertRefused, ended } from '../kit/cli.ts';
import { makeHome, type TestHome } from '../kit/home.ts';
import { until } from '../kit/until.ts';

describe('a signer under an account of its own', () => {
  let home: TestHome;
  let socket: string;
  const children: ChildProcess[] = [];

  before(async function () {
    if (process.getuid?.() !== 0) this.skip();
    const config = { signerSocket: 'run/signer.sock', reconcileIntervalSeconds: 0.2 };
    home = await makeHome({ config });
    socket = path.join(home.dir, config.signerSocket);
    await copyPrograms(home.dir);
    await mkdir(path.dirname(socket));
    await give(home.dir, accounts.daemon);
    await give(home.paths.signer, accounts.signer);
    await give(path.dirname(socket), accounts.signer);
    await chmod(home.dir, 0o755);
    await chmod(home.paths.signer, 0o700);
    await chmod(path.dirname(socket), 0o750);
  });
  after(async () => {
    for (const child of children.splice(0).reverse()) await end(child);
    await home.remove();
  });

  const run = (uid: number, ...args: string[]): ChildProcess => {
    const child = spawn(process.execPath, args, {
      uid,
      gid: accounts.group,
      cwd: home.dir,
      env: { PATH: process.env['PATH'], HOME: home.dir },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    children.push(child);
    return child;
  };
  const startSigner = () =>
    run(accounts.signer, 'signer.cjs', home.paths.signer, '--socket', socket);
  const readiness = async (console: string) =>
    (await (await fetch(`${console}/readyz`)).json()) as Readiness;

  it('signs for a daemon that can read neither its key nor its floor', async () => {
    const signer = startSigner();
    await until('it listens', () => listens(socket));
    const daemon = run(accounts.daemon, 'daemon.cjs', home.dir, '--json-ready');
    const { console: url, content } = await ready(daemon);
    assert.deepEqual((await readiness(url)).reasons, []);
    assert.equal((await fetch(`${content}/metadata/1.snapshot.json`)).status, 200);
    for (const file of ['online.json', 'floor.json']) {
      const read = spawnSync('cat', [path.join(home.paths.signer, file)], { uid: accounts.daemon });
      assert.notEqual(read.status, 0, file);
    }
    await end(signer);
    await until('the daemon says that nobody signs', async () =>
      (await readiness(url)).reasons.some(({ code }) => code === 'signer.unavailable'),
    );
    startSigner();
    await until('the daemon goes on by itself', async () => (await readiness(url)).ready);
  });

  it('is asked by nobody who may not open its socket', () => {
    const script = `require('node:net').connect(${JSON.stringify(socket)}).on('error', (e) => process.exit(e.code === 'EACCES' ? 7 : 8))`;
    const stranger = { uid: 64_204, gid: 64_204, cwd: '/' };
    assert.equal(spawnSync(process.execPath, ['-e', script], stranger).status, 7);
  });

  it('lives through requests that are none', async () => {
    const endless = 'x'.repeat(16 << 20);
    for (const text of [
      '',
      '\n',
      '{}\n',
      '{"id":1,"ask":"keys"',
      `${endless.slice(1 << 23)}\n`,
      endless,
    ]) {
      const client = connect(socket);
      const end = closed(client);
      client.end(text);
      client.resume();
      await end;
    }
    assert.ok(await listens(socket));
  });

  it('answers others while a hundred clients hold on to theirs', async () => {
    const held = Array.from({ length: 100 }, () => connect({ path: socket, allowHalfOpen: true }));
    const ends = held.map(closed);
    for (const client of held) {
      client.write('{"id":1,"ask":"keys"}\n');
      client.resume();
    }
    await Promise.all(ends);
    assert.ok(await listens(socket));
    for (const client of held) client.destroy();
  });

  it('is one alone for its socket', async () => {
    assertRefused(await ended(startSigner()), 1, 'home.locked');
  });
});

async function ready(child: ChildProcess): Promise<{ content: string; console: string }> {
  assert.ok(child.stdout);
  for await (const line of createInterface({ input: child.stdout })) {
    return JSON.parse(line) as { content: string; console: string };
  }
  return assert.fail('the daemon ended without serving');
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill('SIGTERM');
  await once(child, 'exit');
}

/** The server has hung up, whether in the middle of what is sent or not. */
function closed(client: Socket): Promise<void> {
  client.on('error', () => undefined);
  return new Promise((resolve) => {
    for (const end of ['end', 'close']) {
      client.once(end, () => {
        resolve();
      });
    }
  });
}

function listens(socket: string): Promise<boolean> {
  return new Promise((resolve) => {
    const client = connect(socket);
    client.once('connect', () => {
      client.destroy();
      resolve(true);
    });
    client.once('error', () => {
      resolve(false);
    });
  });
}

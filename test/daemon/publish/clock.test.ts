import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { mainRef } from '../../../core/rules/ref-rules.ts';
import { renewForADay } from '../../../daemon/reconcile/bad-tip.ts';
import type { Daemon } from '../../../daemon/serve.ts';
import { daemonSuite } from '../../kit/daemon.ts';
import type { TestHome } from '../../kit/home.ts';
import { signedByIntruder } from '../../kit/past-the-hook.ts';

const hourMs = 3_600_000;
const yearMs = 365 * 24 * hourMs;

/** The two clocks of a machine; both go on only as the test says. */
class TestClock {
  #now = Date.now();
  #uptime = 1_000;
  now(): Date {
    return new Date(this.#now);
  }
  uptime(): number {
    return this.#uptime;
  }
  /** Time goes by, awake or asleep. */
  pass(ms: number): void {
    this.#now += ms;
    this.#uptime += ms / 1000;
  }
  set(ms: number): void {
    this.#now += ms;
  }
}

describe('a clock that leaps ahead', () => {
  const suite = daemonSuite();
  const servers: ReturnType<typeof createServer>[] = [];
  afterEach(() => {
    for (const server of servers.splice(0)) server.close();
  });

  /** Another server that has nothing of ours but the time. */
  async function witnessAt(time: () => Date): Promise<string> {
    const server = createServer((_, response) => {
      response.writeHead(404, { date: time().toUTCString() }).end();
    });
    servers.push(server);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  }

  const served = async (clock: TestClock, ...witness: readonly string[]) => {
    const home = await suite.home({ config: { witness: [...witness] } });
    return { home, daemon: await suite.serve(home, { clock }) };
  };

  it('is an alarm while the machine runs, until it is set back', async () => {
    const clock = new TestClock();
    const { home, daemon } = await served(clock);
    await home.release('1.1.0');
    clock.set(hourMs);
    await daemon.reconcile();
    assert.deepEqual(codes(daemon), ['publish.clock']);
    assert.equal(await isPublished(home, daemon), true);
    clock.pass(hourMs);
    await daemon.reconcile();
    assert.deepEqual(codes(daemon), ['publish.clock']);
    clock.set(-hourMs);
    await daemon.reconcile();
    assert.deepEqual(codes(daemon), []);
  });

  it('is none when the machine was asleep, or the daemon down', async () => {
    const clock = new TestClock();
    const { home, daemon } = await served(clock);
    clock.pass(20 * hourMs);
    await daemon.reconcile();
    assert.deepEqual(codes(daemon), []);
    await daemon.close();
    clock.pass(20 * hourMs);
    assert.deepEqual(codes(await suite.serve(home, { clock })), []);
  });

  it('is believed when a witness has the same time', async () => {
    const clock = new TestClock();
    const url = await witnessAt(() => clock.now());
    const { daemon } = await served(clock, url);
    clock.set(hourMs);
    await daemon.reconcile();
    assert.deepEqual(codes(daemon), []);
  });

  it('stops signing when a witness has another time, until it is set right', async () => {
    const clock = new TestClock();
    const url = await witnessAt(() => new Date());
    const { home, daemon } = await served(clock, url);
    clock.set(yearMs);
    await home.release('1.1.0');
    await daemon.reconcile();
    assert.deepEqual(codes(daemon), ['publish.clock', 'publish.stalled', 'role.expired']);
    assert.equal(await isPublished(home, daemon), false);
    clock.set(-yearMs);
    await daemon.reconcile();
    assert.deepEqual(codes(daemon), []);
    assert.equal(await isPublished(home, daemon), true);
  });

  it('stops signing after a start as well, when a witness has another time', async () => {
    const clock = new TestClock();
    const url = await witnessAt(() => new Date());
    const { home, daemon } = await served(clock, url);
    await daemon.close();
    await home.release('1.1.0');
    clock.set(yearMs);
    const again = await suite.serve(home, { clock });
    assert.deepEqual(codes(again), ['publish.clock', 'publish.stalled', 'role.expired']);
    assert.equal(await isPublished(home, again), false);
  });
});

describe('a main that is bad for a day', () => {
  const suite = daemonSuite();

  it('ends renewal, also of a daemon that starts anew, until the operator says otherwise', async () => {
    const clock = new TestClock();
    const home = await suite.home();
    const daemon = await suite.serve(home, { clock });
    const good = await home.tip();
    const bad = await signedByIntruder(home);
    await daemon.reconcile();
    clock.pass(23 * hourMs);
    await daemon.reconcile();
    assert.equal(daemon.readiness().generation?.timestamp, 2);
    assert.doesNotMatch(hints(daemon), /--renew/);
    await daemon.close();
    clock.pass(9 * hourMs);
    const again = await suite.serve(home, { clock });
    assert.match(hints(again), /repair HOME --renew/);
    assert.equal(again.readiness().generation?.timestamp, 2);
    await renewForADay(home.paths.state, clock.now());
    await again.reconcile();
    assert.equal(again.readiness().generation?.timestamp, 3);
    clock.pass(25 * hourMs);
    await again.reconcile();
    assert.equal(again.readiness().generation?.timestamp, 3);
    await home.git.updateRef({ ref: mainRef, from: bad, to: good, message: 'mended' });
    await again.reconcile();
    assert.deepEqual(codes(again), []);
    assert.equal(await renewForADay(home.paths.state, clock.now()), undefined);
  });
});

async function isPublished(home: TestHome, daemon: Daemon): Promise<boolean> {
  return daemon.readiness().generation?.commit === (await home.tip());
}

function codes(daemon: Daemon): string[] {
  return [...new Set(daemon.readiness().reasons.map(({ code }) => code))];
}

function hints(daemon: Daemon): string {
  return daemon
    .readiness()
    .reasons.map(({ hint = '' }) => hint)
    .join('\n');
}

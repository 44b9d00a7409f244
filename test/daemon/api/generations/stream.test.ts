import assert from 'node:assert/strict';
import { daemonSuite } from '../../../kit/daemon.ts';
import { pushedHome } from '../../../kit/pushed-home.ts';
import { readEvents, type EventReader } from '../../../kit/server-events.ts';
import { until } from '../../../kit/until.ts';

describe('the stream of generations', () => {
  const suite = daemonSuite();
  const readers: EventReader[] = [];

  afterEach(() => {
    for (const reader of readers.splice(0)) reader.close();
  });

  async function scene() {
    const home = await suite.home();
    const { accepted } = await pushedHome(home);
    const daemon = await suite.serve(home);
    const listen = async (query = '', headers = {}) => {
      const url = `${daemon.console}/api/v1/generations/stream${query}`;
      const reader = await readEvents(url, headers);
      readers.push(reader);
      return reader;
    };
    return { home, daemon, listen, accepted };
  }

  it('begins with what is served, and tells of a real push as soon as clients can see it', async () => {
    const begun = performance.now();
    const { home, listen, accepted, daemon } = await scene();
    const reader = await listen();
    assert.equal(reader.status, 200);
    const first = await reader.next();
    assert.deepEqual([first.event, first.id], ['generation', '1']);
    await accepted('1.1.0');
    const second = await reader.next();
    assert.deepEqual([second.event, second.id], ['generation', '2']);
    assert.equal(second.data['commit'], await home.tip());
    assert.equal(daemon.readiness().generation?.timestamp, 2);
    const pushToVisibleMs = Number(second.data['pushToVisibleMs']);
    assert.ok(pushToVisibleMs > 0);
    assert.ok(pushToVisibleMs <= performance.now() - begun + 1000);
  });

  it('is resumed behind the last event that arrived, so that nothing is missed', async () => {
    const { listen, accepted, daemon } = await scene();
    for (const version of ['1.1.0', '1.2.0']) {
      await accepted(version);
      await daemon.reconcile();
    }
    for (const reader of [
      await listen('', { 'last-event-id': '1' }),
      await listen('?after=1'),
      await listen('?after=3', { 'last-event-id': '1' }),
    ]) {
      assert.deepEqual([(await reader.next()).id, (await reader.next()).id], ['2', '3']);
    }
  });

  it('has places for so many, and a place that is left is free again', async () => {
    const { listen } = await scene();
    const taken = await Promise.all(Array.from({ length: 64 }, () => listen()));
    assert.ok(taken.every(({ status }) => status === 200));
    assert.equal((await listen()).status, 503);
    taken[0]?.close();
    await until('there is a place', async () => (await listen()).status === 200);
  });

  it('ends with the daemon, which waits for nobody who listens', async () => {
    const { listen, daemon } = await scene();
    const reader = await listen();
    await reader.next();
    const ended = assert.rejects(reader.next(), new RangeError('the stream has ended'));
    await daemon.close();
    await ended;
  });

  it('takes for the last event nothing but a number', async () => {
    const { listen } = await scene();
    assert.equal((await listen('?after=last')).status, 400);
    assert.equal((await (await listen('', { 'last-event-id': 'last' })).next()).id, '1');
  });
});

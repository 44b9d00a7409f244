import { strict as assert } from 'node:assert';
import { places } from '../../daemon/http/places.ts';

const never = 2_000_000;

describe('places for what is many at once', () => {
  it('are given to those who wait, in their order', async () => {
    const room = places({ most: 1, maxWaiting: 2, maxWaitMs: never });
    const order: string[] = [];
    const first = await room.enter();
    const second = room.enter().then((leave) => (order.push('second'), leave));
    const third = room.enter().then((leave) => (order.push('third'), leave));
    assert.deepEqual(order, []);
    first?.();
    (await second)?.();
    (await third)?.();
    assert.deepEqual(order, ['second', 'third']);
  });

  it('are refused at once where the queue is full', async () => {
    const room = places({ most: 1, maxWaiting: 1, maxWaitMs: never });
    const first = await room.enter();
    const second = room.enter();
    assert.equal(await room.enter(), undefined);
    first?.();
    assert.notEqual(await second, undefined);
  });

  it('are refused after the wait, and do not get lost by that', async () => {
    const room = places({ most: 1, maxWaiting: 1, maxWaitMs: 0 });
    const first = await room.enter();
    assert.equal(await room.enter(), undefined);
    first?.();
    assert.notEqual(await room.enter(), undefined);
  });

  it('are given back once, however often somebody leaves', async () => {
    const room = places({ most: 1, maxWaiting: 0, maxWaitMs: 0 });
    const first = await room.enter();
    first?.();
    first?.();
    assert.notEqual(await room.enter(), undefined);
    assert.equal(await room.enter(), undefined);
  });
});

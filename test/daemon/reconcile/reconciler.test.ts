import assert from 'node:assert/strict';
import { Backoff } from '../../../daemon/reconcile/backoff.ts';
import { Reconciler, type Trigger } from '../../../daemon/reconcile/reconciler.ts';
import { until } from '../../kit/until.ts';

const never = 1_000_000;

function unexpected(error: unknown): number {
  assert.ifError(error);
  return 0;
}

describe('the reconciler', () => {
  it('looks once for any number of triggers during a look, and never twice at a time', async () => {
    const gates: (() => void)[] = [];
    let running = 0;
    const reconciler = new Reconciler({
      onError: unexpected,
      look: async () => {
        running += 1;
        assert.equal(running, 1);
        await new Promise<void>((resolve) => gates.push(resolve));
        running -= 1;
        return never;
      },
    });
    for (let count = 0; count < 5; count += 1) reconciler.trigger('nudge');
    assert.equal(gates.length, 1);
    for (let count = 0; count < 5; count += 1) reconciler.trigger('refs');
    gates[0]?.();
    await until('the second look has begun', () => gates.length === 2);
    gates[1]?.();
    await reconciler.settled();
    assert.equal(gates.length, 2);
    await reconciler.close();
  });

  it('looks again by itself when the look said so', async () => {
    const seen: Trigger['reason'][] = [];
    const reconciler = new Reconciler({
      onError: unexpected,
      look: ({ reason }) => Promise.resolve(seen.push(reason) < 3 ? 1 : never),
    });
    reconciler.trigger('start');
    await until('it has looked three times', () => seen.length === 3);
    assert.deepEqual(seen, ['start', 'timer', 'timer']);
    await reconciler.close();
  });

  it('rests before a look as long as it is told, and once for all who ask meanwhile', async () => {
    const seen: Trigger['reason'][] = [];
    let rests = 0;
    const reconciler = new Reconciler({
      onError: unexpected,
      restMs: () => (seen.length === 1 && (rests += 1) <= 3 ? 1 : 0),
      look: ({ reason }) => Promise.resolve(seen.push(reason) * never),
    });
    reconciler.trigger('start');
    await reconciler.settled();
    for (let count = 0; count < 5; count += 1) reconciler.trigger('refs');
    assert.deepEqual(seen, ['start']);
    await reconciler.settled();
    assert.deepEqual([seen, rests], [['start', 'refs'], 4]);
    await reconciler.close();
  });

  it('is closed at once while it rests, and looks no more', async () => {
    let looks = 0;
    const reconciler = new Reconciler({
      onError: unexpected,
      restMs: () => never,
      look: () => Promise.resolve((looks += 1)),
    });
    reconciler.trigger('start');
    await reconciler.close();
    assert.equal(looks, 0);
  });

  it('repeats a failed look, and forgets the failure when one succeeds', async () => {
    const errors: unknown[] = [];
    const seen: Trigger['reason'][] = [];
    const reconciler = new Reconciler({
      backoff: new Backoff({ firstMs: 1, random: () => 1 }),
      onError: (error) => {
        errors.push(error);
        return 0;
      },
      look: ({ reason }) => {
        seen.push(reason);
        return seen.length < 4 ? Promise.reject(new RangeError('down')) : Promise.resolve(never);
      },
    });
    reconciler.trigger('start');
    await until('it has looked four times', () => seen.length === 4);
    assert.deepEqual(seen, ['start', 'retry', 'retry', 'retry']);
    assert.equal(errors.length, 3);
    await reconciler.close();
  });

  it('does not pause beyond what is due anyway', async () => {
    let looks = 0;
    const reconciler = new Reconciler({
      backoff: new Backoff({ firstMs: never }),
      onError: () => 1,
      look: () => {
        looks += 1;
        return looks < 3 ? Promise.reject(new RangeError('down')) : Promise.resolve(never);
      },
    });
    reconciler.trigger('start');
    await until('it has looked three times', () => looks === 3);
    await reconciler.close();
  });

  it('does nothing any more once it is closed', async () => {
    let looks = 0;
    const reconciler = new Reconciler({
      onError: unexpected,
      look: () => {
        looks += 1;
        return Promise.resolve(1);
      },
    });
    reconciler.trigger('start');
    await reconciler.close();
    reconciler.trigger('nudge');
    await reconciler.settled();
    assert.equal(looks, 1);
  });
});

describe('the pauses between attempts', () => {
  it('double up to the longest, with jitter below', () => {
    const full = new Backoff({ firstMs: 100, longestMs: 1_000, random: () => 1 });
    const pauses = [1, 2, 3, 4, 5, 6].map(() => full.next());
    assert.deepEqual(pauses, [100, 200, 400, 800, 1_000, 1_000]);
    const least = new Backoff({ firstMs: 100, random: () => 0 });
    assert.equal(least.next(), 75);
    full.reset();
    assert.equal(full.isActive, false);
    assert.equal(full.next(), 100);
  });
});

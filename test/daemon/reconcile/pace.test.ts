import assert from 'node:assert/strict';
import { Pace } from '../../../daemon/reconcile/pace.ts';

describe('the pace of generations', () => {
  it('lets a few follow each other at once, and then one in each period', () => {
    const pace = new Pace({ atOnce: 3, periodMs: 100 });
    for (let count = 0; count < 3; count += 1) {
      assert.equal(pace.restMs(1000), 0);
      pace.note(1000);
    }
    assert.equal(pace.restMs(1000), 0);
    pace.note(1000);
    assert.equal(pace.restMs(1000), 100);
    assert.equal(pace.restMs(1060), 40);
    assert.equal(pace.restMs(1100), 0);
    pace.note(1100);
    assert.equal(pace.restMs(1100), 100);
  });

  it('never lets one wait that comes by itself', () => {
    const pace = new Pace({ atOnce: 3, periodMs: 100 });
    for (let now = 0; now < 10_000; now += 100) {
      assert.equal(pace.restMs(now), 0);
      pace.note(now);
    }
  });
});

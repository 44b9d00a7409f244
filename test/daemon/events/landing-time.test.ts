import assert from 'node:assert/strict';
import { landsAt } from '../../../daemon/events/landing-time.ts';

const since = new Date('2030-01-01T00:00:00Z');

describe('a complete event lands', () => {
  it('at once by its thresholds, or when nobody is left who could sign', () => {
    assert.deepEqual(landsAt('threshold', since, false), since);
    assert.deepEqual(landsAt('all', since, true), since);
    assert.deepEqual(landsAt({ graceHours: 12 }, since, true), since);
  });

  it('when its hours of grace are over', () => {
    const end = new Date('2030-01-01T12:00:00Z');
    assert.deepEqual(landsAt({ graceHours: 12 }, since, false), end);
  });

  it('never by time alone where all have to sign', () => {
    assert.equal(landsAt('all', since, false), undefined);
  });
});

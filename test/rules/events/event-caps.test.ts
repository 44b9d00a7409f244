import assert from 'node:assert/strict';
import { checkEventCaps } from '../../../core/rules/events/event-caps.ts';

const ref = 'refs/heads/sign/release';

describe('the limits of signing events', () => {
  const limits = { open: 2, commits: 3, days: 10 };
  const now = new Date('2030-01-20T00:00:00Z');
  const within = { others: 1, commits: 3, startedAt: undefined };
  const capped = (counts: Partial<Parameters<typeof checkEventCaps>[1]>) =>
    [...checkEventCaps(ref, { ...within, ...counts }, limits, now)].map(({ code }) => code);

  it('hold new ones back, but nobody’s signature', () => {
    assert.deepEqual(capped({}), []);
    assert.deepEqual(capped({ others: 2 }), ['event.too-many']);
    assert.deepEqual(capped({ others: 2, startedAt: now }), []);
  });

  it('end one that is too long or too old', () => {
    assert.deepEqual(capped({ commits: 4 }), ['event.too-many']);
    assert.deepEqual(capped({ startedAt: new Date('2030-01-10T00:00:00Z') }), []);
    assert.deepEqual(capped({ startedAt: new Date('2030-01-09T23:59:59Z') }), ['event.too-many']);
  });
});

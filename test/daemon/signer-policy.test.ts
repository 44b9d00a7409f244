import assert from 'node:assert/strict';
import type { Floor } from '../../daemon/signer/floor.ts';
import { allow, type Limits } from '../../daemon/signer/policy.ts';
import type { OnlineRole } from '../../daemon/signer/protocol.ts';
import { RateLimit } from '../../daemon/signer/rate.ts';
import { throwsFault } from '../kit/faults.ts';
import { now, snapshotBytes, timestampBytes } from '../kit/online-metadata.ts';

const limits: Limits = {
  maxLifeHours: { snapshot: 48, timestamp: 24, onlineRoles: 72 },
  maxVersionStep: 100,
};
const empty: Floor = { format: 1 };

describe('the signer’s own rules', () => {
  const judge = (role: OnlineRole, bytes: Uint8Array, floor = empty) =>
    allow({ role, bytes }, floor, limits, now);
  const refuses = (role: OnlineRole, bytes: Uint8Array, floor = empty) =>
    throwsFault('signer.refused', () => judge(role, bytes, floor));
  const after = (...steps: readonly [OnlineRole, Uint8Array][]) =>
    steps.reduce((floor, [role, bytes]) => judge(role, bytes, floor), empty);

  it('let the first versions through, and count from there', () => {
    const floor = after(['snapshot', snapshotBytes(1)], ['timestamp', timestampBytes(1)]);
    assert.equal(floor.snapshot?.version, 1);
    assert.deepEqual(floor.timestamp?.versions, { 'snapshot.json': 1 });
    assert.equal(judge('timestamp', timestampBytes(2), floor).timestamp?.version, 2);
  });

  it('let the same bytes through again, for a second key', () => {
    const floor = after(['snapshot', snapshotBytes(5)]);
    assert.deepEqual(judge('snapshot', snapshotBytes(5), floor), floor);
  });

  it('refuse other bytes under the same version', () => {
    const floor = after(['snapshot', snapshotBytes(5)]);
    refuses('snapshot', snapshotBytes(5, { lifeHours: 2 }), floor);
  });

  it('refuse a version that falls', () => {
    refuses('snapshot', snapshotBytes(4), after(['snapshot', snapshotBytes(5)]));
    refuses('timestamp', timestampBytes(1), after(['timestamp', timestampBytes(2)]));
  });

  it('refuse a version that leaps', () => {
    const floor = after(['timestamp', timestampBytes(5)]);
    judge('timestamp', timestampBytes(105), floor);
    refuses('timestamp', timestampBytes(106), floor);
    refuses('timestamp', timestampBytes(2 ** 31 - 1), floor);
    refuses('timestamp', timestampBytes(101));
  });

  it('refuse a snapshot in which a role falls, or is gone', () => {
    const meta = { 'targets.json': 3, 'alice.json': 7 };
    const floor = after(['snapshot', snapshotBytes(1, { meta })]);
    judge('snapshot', snapshotBytes(2, { meta: { ...meta, 'bob.json': 1 } }), floor);
    refuses('snapshot', snapshotBytes(2, { meta: { ...meta, 'alice.json': 6 } }), floor);
    refuses('snapshot', snapshotBytes(2, { meta: { 'targets.json': 4 } }), floor);
  });

  it('refuse a timestamp of an older snapshot, or of one that was never signed', () => {
    const floor = after(
      ['snapshot', snapshotBytes(5)],
      ['timestamp', timestampBytes(1, { meta: { 'snapshot.json': 5 } })],
    );
    judge('timestamp', timestampBytes(2, { meta: { 'snapshot.json': 5 } }), floor);
    refuses('timestamp', timestampBytes(2, { meta: { 'snapshot.json': 4 } }), floor);
    refuses('timestamp', timestampBytes(2, { meta: { 'snapshot.json': 6 } }), floor);
  });

  it('refuse a life beyond the ceiling of the role', () => {
    judge('timestamp', timestampBytes(1, { lifeHours: 24 }));
    refuses('timestamp', timestampBytes(1, { lifeHours: 24.1 }));
    judge('snapshot', snapshotBytes(1, { lifeHours: 48 }));
    refuses('snapshot', snapshotBytes(1, { lifeHours: 49 }));
  });

  it('refuse one role under the name of the other', () => {
    refuses('timestamp', snapshotBytes(1));
    refuses('snapshot', timestampBytes(1));
  });

  for (const type of ['root', 'targets', 'mirrors', '', 1, null]) {
    it(`refuse a ${String(type) || 'nameless'} role, whatever it calls itself`, () => {
      const bytes = snapshotBytes(1, { more: { _type: type } });
      refuses('snapshot', bytes);
      refuses('timestamp', bytes);
    });
  }

  const snapshot = snapshotBytes(1).toString();
  const notCanonical: Record<string, Uint8Array> = {
    nothing: Buffer.alloc(0),
    text: Buffer.from('hello'),
    'bytes that are not UTF-8': Buffer.concat([Buffer.from(snapshot), Buffer.of(0xff)]),
    'a byte order mark': Buffer.from(`\ufeff${snapshot}`),
    'a blank at the end': Buffer.from(`${snapshot} `),
    'two documents': Buffer.from(snapshot + snapshot),
    'keys in another order': Buffer.from(
      snapshot.replace(/^\{"_type":"snapshot",(.*)\}$/, '{$1,"_type":"snapshot"}'),
    ),
    'a key twice': Buffer.from(snapshot.replace('"_type":', '"_type":"root","_type":')),
    'a number with a fraction': Buffer.from(snapshot.replace(/"version":1\}$/, '"version":1.0}')),
    'a number with an exponent': Buffer.from(snapshot.replace(/"version":1\}$/, '"version":1e0}')),
    'an escaped letter': Buffer.from(snapshot.replace('snapshot', '\\u0073napshot')),
    'a depth without end': Buffer.from('['.repeat(1_000_000)),
    'a list': Buffer.from('[]'),
    'no object': Buffer.from('null'),
    'the whole file instead of its signed part': Buffer.from(
      `{"signatures":[],"signed":${snapshot}}`,
    ),
    'more than a snapshot may have': Buffer.alloc(9 * 1024 * 1024, 0x20),
  };
  for (const [what, bytes] of Object.entries(notCanonical)) {
    it(`refuse ${what}`, () => {
      refuses('snapshot', bytes);
    });
  }

  const misshapen: Record<string, Record<string, unknown>> = {
    'version 0': { version: 0 },
    'a negative version': { version: -1 },
    'version 2^31': { version: 2 ** 31 },
    'a version that is text': { version: '1' },
    'no expiry': { expires: null },
    'an expiry with an offset': { expires: '2031-05-06T08:08:09+01:00' },
    'an expiry with a fraction': { expires: '2031-05-06T08:08:09.5Z' },
    'an expiry on a day that does not exist': { expires: '2031-02-31T08:08:09Z' },
    'an expiry that is a number': { expires: 1 },
    'no meta': { meta: null },
    'a meta that is a list': { meta: [] },
    'a meta without targets': { meta: { 'alice.json': { version: 1 } } },
    'an entry without a version': { meta: { 'targets.json': {} } },
    'an entry with a broken version': { meta: { 'targets.json': { version: '1' } } },
    'an entry that is no file': { meta: { 'targets.json': { version: 1 }, alice: { version: 1 } } },
  };
  for (const [what, more] of Object.entries(misshapen)) {
    it(`refuse a snapshot with ${what}`, () => {
      refuses('snapshot', snapshotBytes(1, { more }));
    });
  }

  it('refuse a timestamp that lists more than the snapshot, or not the snapshot', () => {
    refuses('timestamp', timestampBytes(1, { meta: { 'snapshot.json': 1, 'root.json': 1 } }));
    refuses('timestamp', timestampBytes(1, { meta: { 'targets.json': 1 } }));
  });

  it('are not fooled by names of object prototypes', () => {
    const own = JSON.parse('{"__proto__":{"version":1},"targets.json":{"version":1}}') as object;
    refuses('snapshot', snapshotBytes(1, { more: { meta: own } }));
    const floor = after([
      'snapshot',
      snapshotBytes(1, { meta: { 'targets.json': 1, 'constructor.json': 2 } }),
    ]);
    refuses('snapshot', snapshotBytes(2), floor);
  });

  it('leave fields that the specification does not know as they are', () => {
    const more = { 'x-tuf-on-git-repository': 'example' };
    judge('snapshot', snapshotBytes(1, { more }));
  });
});

describe('the rate of signatures', () => {
  it('is bounded, and refills with time', () => {
    const rate = new RateLimit(60, 0);
    assert.deepEqual(takes(rate, 61, 0), [60, 1]);
    assert.deepEqual(takes(rate, 3, 2_000), [2, 1]);
    assert.deepEqual(takes(rate, 100, 3_600_000), [60, 40]);
  });
});

/** How many of `count` were granted at that time, and how many were not. */
function takes(rate: RateLimit, count: number, atMs: number): [number, number] {
  const granted = Array.from({ length: count }, () => rate.take(atMs)).filter(Boolean).length;
  return [granted, count - granted];
}

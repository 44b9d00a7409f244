import assert from 'node:assert/strict';
import type { JsonObject } from '../../../core/metadata/json.ts';
import { daemonSuite, fetchSigned } from '../../kit/daemon.ts';
import { renewalOf } from '../../../daemon/publish/renewal.ts';
import { until } from '../../kit/until.ts';

describe('renewal', () => {
  const suite = daemonSuite();

  it('signs the timestamp anew without any push, before it expires', async () => {
    const home = await suite.home({ config: { timestampLifetimeHours: 12 / 3600 } });
    const daemon = await suite.serve(home);
    let last = 0;
    await until('the timestamp is at version 3', async () => {
      const { version, expires } = await fetchSigned(daemon, 'timestamp.json');
      assert.ok(new Date(expires as string) > new Date(), 'clients saw an expired timestamp');
      assert.ok(Number(version) >= last, 'the version went back');
      last = Number(version);
      return last >= 3;
    });
    assert.equal(daemon.readiness().ready, true);
    assert.equal(daemon.readiness().generation?.snapshot, 1);
  });

  it('signs the snapshot anew at half of its life', async () => {
    const home = await suite.home({
      config: { timestampLifetimeHours: 8 / 3600, snapshotLifetimeHours: 2 / 3600 },
    });
    const daemon = await suite.serve(home);
    const snapshot = await until('there is a second snapshot', async () => {
      const response = await fetch(`${daemon.content}/metadata/2.snapshot.json`);
      return response.status === 200 && ((await response.json()) as { signed: JsonObject }).signed;
    });
    const first = await fetchSigned(daemon, '1.snapshot.json');
    assert.deepEqual(Object.keys(snapshot), Object.keys(first));
    assert.deepEqual(snapshot['meta'], first['meta']);
  });

  it('comes a little early, by chance, and never late', () => {
    const at = (expires: string) => ({ signed: { expires } });
    const record = { timestamp: at('2030-01-01T12:00:00Z'), snapshot: at('2030-01-05T00:00:00Z') };
    const lives = { timestampHours: 12, snapshotHours: 96 };
    const due = (jitter: number) => renewalOf(record as never, lives, jitter);
    assert.equal(due(0).timestamp.toISOString(), '2030-01-01T04:00:00.000Z');
    assert.equal(due(0).snapshot.toISOString(), '2030-01-03T00:00:00.000Z');
    assert.ok(due(1).timestamp < due(0).timestamp);
    assert.ok(due(1).timestamp > new Date('2030-01-01T03:00:00Z'));
  });
});

import assert from 'node:assert/strict';
import { servedHome, type ServedHome } from '../kit/served-home.ts';
import { until } from '../kit/until.ts';

describe('a signing event with the daemon, over HTTP', () => {
  let served: ServedHome;

  before(async () => {
    served = await servedHome();
  });
  after(() => served.close());

  it('is drafted by alice, signed by bob in a workspace of his own, and lands', async () => {
    const [alice, bob] = [await served.maintainer('alice'), await served.maintainer('bob')];
    const keys = ['--key', '../alice.pub', '--key', '../bob.pub', '--threshold', '2'];
    await alice.ok('role', 'add', 'project', ...keys, '--paths', 'project/*/*/*');
    const signed = await alice.run('sign', '--yes');
    assert.equal(signed.status, 4, signed.stderr);
    const pushed = await alice.run('push', 'new-project');
    assert.equal(pushed.status, 4, pushed.stderr);
    assert.match(pushed.stderr, /^server: tuf-on-git: project version 1: 1 of 2 signatures/m);
    assert.match(pushed.stderr, /@bob is missing; they sign with: tuf-on-git sign new-project$/m);
    assert.match((await alice.ok('status')).stdout, /^nothing is drafted$/m);
    const before = (await bob.ok('status', '--fetch')).stdout;
    assert.match(before, /new-project: targets version 1 → 2; project new, version 1$/m);
    assert.match(before, /project version 1: .*; @bob is missing; signed by @alice$/m);
    assert.match(before, /next: tuf-on-git sign new-project$/m);
    const last = await bob.run('sign', 'new-project', '--yes');
    assert.equal(last.status, 0, last.stderr);
    assert.match(last.stderr, /\+ delegation to project\n {6}signed by 2 of 2: @alice, @bob/);
    assert.match(last.stderr, /^server: .*every threshold is met: it lands now$/m);
    for (const each of [alice, bob]) {
      await until('the event has landed', async () => {
        return !(await each.ok('status', '--fetch')).stdout.includes('new-project');
      });
      assert.match(
        (await each.ok('role', 'show')).stdout,
        /^project +targets +1 .*2 of @alice, @bob/m,
      );
    }
    await until('clients see it', async () => {
      return (await fetch(`${served.content}/metadata/1.project.json`)).status === 200;
    });
  });
});

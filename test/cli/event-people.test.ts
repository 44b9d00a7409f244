/** People who come, go and sign together, each in a workspace of their own, with the daemon over HTTP. */
import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { servedHome, type Maintainer, type ServedHome } from '../kit/served-home.ts';
import { until } from '../kit/until.ts';

describe('a project whose people come and go', () => {
  let served: ServedHome;
  let alice: Maintainer;
  let bob: Maintainer;
  let carol: Maintainer;
  before(async () => {
    served = await servedHome();
    [alice, bob, carol] = [
      await served.maintainer('alice'),
      await served.maintainer('bob'),
      await served.maintainer('carol'),
    ];
    const paths = ['--paths', 'project/*/*/*'];
    await alice.ok('role', 'add', 'project', '--key', '../alice.pub', ...paths);
    await alice.ok('sign', '--yes');
    await alice.ok('push');
  });
  after(() => served.close());

  /** Until the list of events, as the person sees it, has such a line. */
  async function listed(person: Maintainer, line: RegExp): Promise<void> {
    await until(`${String(line)} is listed`, async () =>
      line.test((await person.ok('event', 'list')).stdout),
    );
  }
  async function waiting(person: Maintainer, ...args: string[]): Promise<void> {
    const run = await person.run(...args);
    assert.equal(run.status, 4, run.stderr);
  }
  async function drafted(person: Maintainer, version: string): Promise<void> {
    await writeFile(path.join(served.sandbox.dir, 'tool.tgz'), `tool ${version}`);
    await person.ok('status', '--fetch');
    await person.ok('add', `project/tool/${version}/tool.tgz`, '../tool.tgz');
    await waiting(person, 'sign', '--yes');
  }

  it('takes in who is invited, and then what they release', async () => {
    await alice.ok('role', 'invite', 'project', '@bob', '--event', 'bob-joins');
    const { stdout } = await bob.ok('status', '--fetch');
    assert.match(stdout, /^ {4}next: tuf-on-git accept bob-joins$/m);
    const accepted = (await bob.ok('accept', 'bob-joins', '--yes')).stdout;
    const [, fingerprint = ''] = /with the key of fingerprint ([0-9a-f]{64})/.exec(accepted) ?? [];
    assert.match((await alice.ok('event', 'list')).stdout, /next: tuf-on-git sign bob-joins$/m);
    const taken = await alice.ok('sign', 'bob-joins', '--yes', '--take-in', fingerprint);
    assert.match(taken.stderr, /signed by 1 of 2: @alice, @bob$/m);
    await listed(alice, /^bob-joins: landed on \d{4}-\d{2}-\d{2} as [0-9a-f]{12}$/m);
    await bob.ok('status', '--fetch');
    await writeFile(path.join(served.sandbox.dir, 'tool.tgz'), 'tool 1.0');
    await bob.ok('add', 'project/tool/1.0/tool.tgz', '../tool.tgz');
    await bob.ok('sign', '--yes');
    await bob.ok('push');
    await until('clients see it', async () => {
      return (await fetch(`${served.content}/metadata/2.project.json`)).status === 200;
    });
  });

  it('tells what somebody has withdrawn from what landed', async () => {
    const both = ['role', 'set', 'project', '--threshold', '2', '--event', 'two-sign', '--yes'];
    await waiting(alice, ...both);
    await bob.ok('sign', 'two-sign', '--yes');
    await listed(alice, /^two-sign: landed /m);
    for (const event of ['withdrawn', 'ended']) {
      await drafted(alice, event);
      await waiting(alice, 'push', event);
    }
    await bob.ok('event', 'withdraw', 'withdrawn', '--yes');
    await served.sandbox.ok(['event', 'withdraw', 'home', 'ended']);
    await listed(carol, /^withdrawn: withdrawn by @bob$/m);
    await listed(carol, /^ended: withdrawn$/m);
    const { past } = JSON.parse((await carol.ok('event', 'list', '--json')).stdout) as {
      past: { event: string; outcome: string }[];
    };
    assert.deepEqual(past.map(({ event, outcome }) => [event, outcome]).sort(), [
      ['bob-joins', 'landed'],
      ['ended', 'withdrawn'],
      ['two-sign', 'landed'],
      ['withdrawn', 'withdrawn'],
    ]);
    await alice.ok('status', '--fetch');
    const again = await bob.run('sign', 'withdrawn', '--yes');
    assert.match(again.stderr, /\[usage\.argument\] .*there is no open event of this name/);
  });

  it('goes on without somebody who has left, in an event that was open before', async () => {
    await drafted(alice, '1.1');
    await waiting(alice, 'push', 'release');
    const replace = ['role', 'set', 'project', '--replace-key', '@bob=../carol.pub'];
    await waiting(alice, ...replace, '--event', 'bob-leaves', '--yes');
    await carol.ok('sign', 'bob-leaves', '--yes');
    await listed(alice, /^bob-leaves: landed /m);
    const departed = await bob.run('sign', 'release', '--yes');
    assert.match(departed.stderr, /\[workspace\.not-allowed\].*none of your keys may sign this/);
    const made = await carol.run('sign', 'release', '--yes');
    assert.match(made.stderr, /^project is made again as version \d: main has version \d by now$/m);
    assert.match(made.stderr, /^ {2}what @alice signed of it is to be signed again$/m);
    await alice.ok('sign', 'release', '--yes');
    await listed(bob, /^release: landed /m);
  });
});

import assert from 'node:assert/strict';
import { assertRefused, cliSandbox, type CliSandbox } from '../kit/cli.ts';
import { daemonSuite } from '../kit/daemon.ts';
import type { TestHome } from '../kit/home.ts';
import { pushedHome } from '../kit/pushed-home.ts';
import {
  addSignatures,
  eventPushes,
  makeTeams,
  putInvitations,
  release,
  remake,
  type EventPushes,
} from '../kit/signing-events.ts';
import { people } from '../kit/source-tree.ts';
import { until } from '../kit/until.ts';

const { admin, alice, bob, carol } = people;

describe('tuf-on-git event', () => {
  const suite = daemonSuite();
  let sandbox: CliSandbox;

  before(async () => {
    sandbox = await cliSandbox();
  });
  after(() => sandbox.remove());

  const event = (...args: string[]) => sandbox.ok(['event', ...args]);

  async function teams(): Promise<{ home: TestHome; push: EventPushes['push'] }> {
    const home = await suite.home();
    await home.commit((tree) => {
      makeTeams(tree);
    });
    const pushes = eventPushes((await pushedHome(home)).clone);
    return {
      home,
      push: async (name, change) => {
        const run = await pushes.push(name, change);
        assert.equal(run.status, 0, run.stderr);
        return run;
      },
    };
  }

  it('list says who has signed what, who is missing, and what is stale', async () => {
    const { home, push } = await teams();
    assert.equal(await event('list', home.dir), '');
    await push('release', (tree) => {
      release(tree, 'alice', '1.1', alice);
      release(tree, 'bob', '2.1', bob);
      putInvitations(tree, { role: 'targets', slot: 1 });
    });
    await push('targets', (tree) => remake(tree, 'targets', [admin]));
    await home.commit((tree) => {
      release(tree, 'bob', '2.2', bob);
    });
    assert.deepEqual((await event('list', home.dir)).split('\n'), [
      'release, open for less than a day',
      '  alice version 3: 1 of 2 signatures; @carol is missing',
      '  bob version 2 is stale: main has moved on; make and sign the next one',
      '  targets: invitation 1 is open',
      '  it cannot land before stale roles are made again',
      'targets, open for less than a day',
      '  targets version 3: 1 of 2 signatures; @bob or @carol is missing',
      '  it lands when no signature is missing',
      '',
    ]);
  });

  it('list --json has the same as data', async () => {
    const { home, push } = await teams();
    await push('release', (tree) => release(tree, 'alice', '1.1', alice));
    const [report, ...others] = JSON.parse(await event('list', home.dir, '--json')) as {
      event: string;
      commits: number;
      roles: unknown;
      stale: unknown;
      obstacles: unknown;
    }[];
    assert.deepEqual(others, []);
    assert.ok(report !== undefined);
    const { event: name, commits, roles, stale, obstacles } = report;
    assert.deepEqual(
      { name, commits, roles, stale, obstacles },
      {
        name: 'release',
        commits: 1,
        roles: [
          {
            role: 'alice',
            version: 3,
            threshold: 2,
            signed: ['@alice'],
            missing: ['@carol'],
            isComplete: false,
          },
        ],
        stale: [],
        obstacles: [],
      },
    );
  });

  it('withdraw ends an event while the daemon runs, and its payload lands in no way', async () => {
    const { home, push } = await teams();
    const daemon = await suite.serve(home);
    await push('release', (tree) => release(tree, 'alice', '1.1', alice));
    assert.equal(await event('withdraw', home.dir, 'release'), 'withdrawn: release\n');
    assert.equal(await event('list', home.dir), '');
    const published = daemon.readiness().generation?.commit;
    await home.commit((tree) => {
      release(tree, 'alice', '1.1', alice, carol);
    });
    await until('the alarm is raised', () => !daemon.readiness().ready);
    assert.equal(daemon.readiness().reasons.at(-1)?.code, 'event.withdrawn');
    assert.equal(daemon.readiness().generation?.commit, published);
  });

  it('withdraw refuses a name of which no event is open', async () => {
    const { home } = await teams();
    for (const name of ['nothing', '../main']) {
      const run = await sandbox.run(['event', 'withdraw', home.dir, name]);
      assertRefused(run, 2, 'usage.argument');
    }
  });

  it('goes on with other events when one is withdrawn', async () => {
    const { home, push } = await teams();
    const daemon = await suite.serve(home);
    await push('one', (tree) => release(tree, 'alice', '1.1', alice));
    await push('two', (tree) => remake(tree, 'targets', [admin]));
    await event('withdraw', home.dir, 'one');
    await push('two', (tree) => addSignatures(tree, 'targets', bob));
    await daemon.reconcile();
    assert.equal(await event('list', home.dir), '');
    assert.match((await home.git.commit(await home.tip())).message, /\nEvent: two\n/);
  });
});

import assert from 'node:assert/strict';
import { rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { StatusReport } from '../../cli/workspace/status.ts';
import { eventWorkspaces, type EventWorkspaces } from '../kit/event-workspaces.ts';
import { cloneAt } from '../kit/git.ts';
import { redraft, release, remake, type EventChange } from '../kit/signing-events.ts';
import { people } from '../kit/source-tree.ts';
import type { MaintainerWorkspace, Workspaces } from '../kit/workspaces.ts';

const { root1, admin, alice, bob, carol } = people;

describe('the status of open signing events', () => {
  let events: EventWorkspaces;
  let kit: Workspaces;
  afterEach(() => kit.remove());

  async function open(land?: string | { graceHours: number }): Promise<void> {
    events = await eventWorkspaces(land === undefined ? {} : { land });
    ({ kit } = events);
  }
  async function started(name: string, change: EventChange): Promise<void> {
    const run = await events.pushes.push(name, change);
    assert.equal(run.status, 0, run.stderr);
  }
  async function report(work: MaintainerWorkspace): Promise<StatusReport> {
    return JSON.parse(await work.ok('status', '--fetch', '--json')) as StatusReport;
  }

  it('tells what each changes, who signed, who is missing, and what is mine to do', async () => {
    await open();
    await started('one', (tree) => {
      release(tree, 'alice', '1.1', alice);
      remake(tree, 'targets', [admin]);
    });
    await started('two', (tree) => {
      release(tree, 'bob', '1.1', bob);
    });
    const work = await kit.clone('carol', 'carol');
    const text = await work.ok('status');
    assert.match(text, /^ {2}one: targets version 2 → 3; alice version 2 → 3$/m);
    assert.match(text, /^ {4}targets: another expiry$/m);
    assert.match(text, /^ {4}alice: \+ target alice-project\/tool\/1\.1\/tool\.tgz$/m);
    assert.match(
      text,
      /targets version 3: 1 of 2 .*; @bob or @carol is missing; signed by @admin$/m,
    );
    assert.match(text, /alice version 3: 1 of 2 .*; @carol is missing; signed by @alice$/m);
    assert.match(text, /^ {4}next: tuf-on-git sign one$/m);
    assert.match(text, /^ {2}two: bob version 1 → 2$/m);
    assert.match(text, /^ {4}every threshold is met: it lands now$/m);
    assert.doesNotMatch(text, /sign two/);
    const { events: all } = await report(work);
    assert.deepEqual(
      all.map(({ event, next, isComplete, roles }) => [
        event,
        next,
        isComplete,
        roles.map(({ role, version, versionOnMain }) => [role, versionOnMain, version]),
      ]),
      [
        [
          'one',
          'sign',
          false,
          [
            ['targets', 2, 3],
            ['alice', 2, 3],
          ],
        ],
        ['two', 'wait', true, [['bob', 1, 2]]],
      ],
    );
    assert.deepEqual(all[0]?.roles[1]?.signatures[0]?.missing, ['@carol']);
  });

  it('is that of the last fetch, and forgets what is over', async () => {
    await open();
    const work = await kit.clone('carol', 'carol');
    await started('one', (tree) => {
      release(tree, 'alice', '1.1', alice);
    });
    assert.doesNotMatch(await work.ok('status'), /signing events/);
    assert.match(await work.ok('status', '--fetch'), /^ {2}one: /m);
    await kit.gated.sandbox.ok(['update-ref', '-d', 'refs/heads/sign/one']);
    assert.match(await work.ok('status'), /^ {2}one: /m);
    assert.doesNotMatch(await work.ok('status', '--fetch'), /signing events/);
  });

  it('tells the old keys of a root from its own', async () => {
    await open();
    await started('rotate', (tree) => {
      remake(tree, 'root', [root1]);
    });
    const text = await (await kit.clone('root2', 'root2')).ok('status');
    assert.match(text, /^ {2}rotate: root version 2 → 3$/m);
    assert.match(text, /by the keys of version 2: 1 of 2 .*@root2 or @root3.*signed by @root1$/m);
    assert.match(text, /by its own keys: 1 of 2 signatures/);
    assert.match(text, /next: tuf-on-git sign rotate$/m);
  });

  it('calls stale what main has moved on, and tells those who could make it again', async () => {
    await open();
    await started('one', (tree) => {
      release(tree, 'alice', '1.1', alice);
    });
    await events.pushes.pushMain((tree) => {
      remake(tree, 'alice', [alice, carol]);
    });
    const work = await kit.clone('carol', 'carol');
    assert.match(
      await work.ok('status'),
      /alice version 3 is stale[^]*next: tuf-on-git sign one$/m,
    );
    const [event] = (await report(work)).events;
    assert.deepEqual(
      [event?.next, event?.isComplete, event?.roles[0]?.isStale, event?.roles[0]?.versionOnMain],
      ['make-again', false, true, 3],
    );
    const other = await kit.clone('bob', 'bob');
    assert.doesNotMatch(await other.ok('status'), /next:/);
  });

  it('asks for more than the threshold where landing waits for everybody', async () => {
    await open('all');
    await started('one', (tree) => {
      remake(tree, 'targets', [admin, bob]);
    });
    const text = await (await kit.clone('carol', 'carol')).ok('status');
    assert.match(text, /it lands when everybody has signed\n {4}next: tuf-on-git sign one$/m);
  });

  it('names at most three things that a role changes', async () => {
    await open();
    await started('one', (tree) => {
      for (const version of ['1.1', '1.2', '1.3', '1.4', '1.5']) release(tree, 'bob', version);
      redraft(tree, 'bob', [bob], (signed) => ({ ...signed, version: 2 }));
    });
    const text = await (await kit.clone('bob', 'bob')).ok('status');
    assert.match(text, /^ {4}bob: \+ target \S+, \+ target \S+, \+ target \S+, and 2 more$/m);
  });

  it('tells whoever is invited, and then whoever takes the key in, what to type', async () => {
    await open();
    const [guest, other] = [
      await kit.clone('guest', 'stranger'),
      await kit.clone('admin', 'admin'),
    ];
    await other.ok('role', 'invite', 'bob', '@stranger', '--event', 'joins');
    const next = async (work: MaintainerWorkspace) => {
      const [event] = (await report(work)).events;
      return [event?.next, event?.todo];
    };
    assert.deepEqual(await next(guest), ['accept', 'tuf-on-git accept joins']);
    assert.deepEqual(await next(other), ['wait', undefined]);
    const [accept, ...args] = (await next(guest))[1]?.split(' ').slice(1) ?? [];
    await guest.ok(accept ?? '', ...args, '--yes');
    assert.deepEqual(await next(guest), ['wait', undefined]);
    assert.match(
      await guest.ok('status'),
      /bob: invitation 1 has a key of @stranger; who signs targets takes it in/,
    );
    assert.deepEqual(await next(other), ['take-in', 'tuf-on-git sign joins']);
    const nobody = await kit.clone('nobody');
    assert.deepEqual(await next(nobody), ['wait', undefined]);
  });

  it('is told without the keys too, with a warning for one that cannot be found', async () => {
    await open();
    await started('one', (tree) => {
      release(tree, 'alice', '1.1', alice);
    });
    const work = await kit.clone('carol', 'carol');
    await rm(path.join(kit.dir, 'keys/carol.json'));
    const run = await work.run('status');
    assert.equal(run.status, 0, run.stderr);
    assert.match(run.stdout, /@carol is missing/);
    assert.doesNotMatch(run.stdout, /next:/);
    assert.match(run.stderr, /^warning: .*\[signer\.key-not-found\]/m);
  });

  it('of an event that makes no sense says so, and tells of the others all the same', async () => {
    await open();
    const work = await kit.clone('carol', 'carol');
    await started('good', (tree) => {
      release(tree, 'alice', '1.1', alice);
    });
    const git = cloneAt(kit.gated.clone.dir);
    await git.ok('checkout', '--quiet', '-B', 'broken', 'origin/main');
    await writeFile(path.join(git.dir, 'metadata/alice.json'), '{"signed":');
    const oid = await git.commit('broken');
    await git.ok('checkout', '--quiet', '--orphan', 'elsewhere');
    const orphan = await git.commit('elsewhere');
    const past = ['-c', 'core.hooksPath=/nowhere', 'fetch', '--quiet', git.dir];
    await kit.gated.sandbox.ok([...past, `${oid}:refs/heads/sign/broken`]);
    await kit.gated.sandbox.ok([...past, `${orphan}:refs/heads/sign/orphan`]);
    const text = await work.ok('status', '--fetch');
    assert.match(text, /^ {2}broken: it cannot land: \[json\.syntax\]/m);
    assert.match(text, /^ {2}orphan: it cannot land: \[git\.unrelated-history\]/m);
    assert.match(text, /^ {2}good: alice version 2 → 3$/m);
    const problems = (await report(work)).events.map(({ problem }) => problem?.code);
    assert.deepEqual(problems, ['json.syntax', undefined, 'git.unrelated-history']);
  });
});

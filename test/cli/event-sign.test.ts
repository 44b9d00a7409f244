import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { Questions } from '../../cli/terminal/questions.ts';
import type { RoleSignature } from '../../core/metadata/document.ts';
import { draftRelease, eventWorkspaces, type EventWorkspaces } from '../kit/event-workspaces.ts';
import { scriptedCli } from '../kit/scripted-cli.ts';
import {
  addSignatures,
  livesFor,
  redraft,
  release,
  remake,
  type EventChange,
} from '../kit/signing-events.ts';
import { delegationTo, keysOf, people, putRole, roleSigned } from '../kit/source-tree.ts';
import type { Workspaces } from '../kit/workspaces.ts';
import type { JsonObject } from '../../core/metadata/json.ts';

const { root1, admin, alice, bob, carol } = people;

describe('co-signing an event', () => {
  let events: EventWorkspaces;
  let kit: Workspaces;
  let count = 0;
  before(async () => {
    events = await eventWorkspaces();
    ({ kit } = events);
  });
  after(() => kit.remove());

  /** An event of its own for each test. */
  async function started(change: EventChange): Promise<string> {
    const name = `event-${(count += 1)}`;
    const run = await events.pushes.push(name, change);
    assert.equal(run.status, 0, run.stderr);
    return name;
  }

  async function signersOn(event: string, role: string): Promise<string[]> {
    const text = await events.onEvent(event, `metadata/${role}.json`);
    const { signatures } = JSON.parse(text) as { signatures: RoleSignature[] };
    const names = new Map<string, string>();
    for (const [name, { keyid }] of Object.entries(people)) names.set(keyid, name);
    return signatures.map(({ keyid }) => names.get(keyid) ?? 'nobody');
  }

  /** A person who is asked, and during whose thinking something happens. */
  function thinking(
    meanwhile: (asked: number) => Promise<unknown>,
    times = 1,
  ): { ask: Questions; asked: () => number } {
    let asked = 0;
    const ask: Questions = {
      ...scriptedCli(kit.dir, []).ask,
      confirm: async () => {
        asked += 1;
        if (asked <= times) await meanwhile(asked);
        return true;
      },
    };
    return { ask, asked: () => asked };
  }

  it('is one command for the other, once somebody has started it', async () => {
    const [one, other] = [await kit.clone('alice', 'alice'), await kit.clone('carol', 'carol')];
    const target = await draftRelease(one, '1.1.0');
    const pushed = await one.refused(4, 'workspace.waiting', 'push', 'release-1.1');
    assert.match(pushed.stderr, /^server: .*alice version 3: 1 of 2 signatures/m);
    assert.match(pushed.stdout, /^alice version 3: 1 of 2 signatures; @carol is missing$/m);
    const signed = await other.run('sign', 'release-1.1', '--yes');
    assert.equal(signed.status, 0, signed.stderr);
    assert.match(signed.stderr, /^alice: version 2 → 3/m);
    assert.match(signed.stderr, new RegExp(`\\+ target ${target}, 10 bytes\n {6}sha256 `));
    assert.match(signed.stderr, /^ {2}to be signed by @carol$/m);
    assert.match(signed.stdout, /^alice version 3: 2 of 2 signatures$/m);
    assert.deepEqual(await signersOn('release-1.1', 'alice'), ['alice', 'carol']);
    assert.equal(await events.onEvent('release-1.1', `targets/${target}`), 'tool 1.1.0');
  });

  it('again adds nothing and sends nothing', async () => {
    const name = await started((tree) => {
      release(tree, 'alice', '1.2', alice, carol);
    });
    const tip = await kit.gated.sandbox.ok(['rev-parse', `sign/${name}`]);
    const work = await kit.freshClone('carol');
    const run = await work.run('sign', name);
    assert.equal(run.status, 0, run.stderr);
    assert.match(run.stdout, /2 of 2 signatures/);
    assert.equal(await kit.gated.sandbox.ok(['rev-parse', `sign/${name}`]), tip);
  });

  it('asks first, and sends nothing after a no', async () => {
    const name = await started((tree) => {
      release(tree, 'alice', '1.3', alice);
    });
    const work = await kit.freshClone('carol');
    await work.refused(2, 'usage.no-terminal', 'sign', name);
    const { ask, asked } = scriptedCli(work.dir, ['n']);
    const run = await work.ask(ask, 'sign', name);
    assert.equal(run.status, 4);
    assert.match(run.stderr, /nothing was signed/);
    assert.equal(asked.length, 1);
    assert.deepEqual(await signersOn(name, 'alice'), ['alice']);
  });

  it('leaves drafts in the working tree, and commits of them, as they are', async () => {
    const name = await started((tree) => {
      release(tree, 'bob', '1.4');
    });
    const work = await kit.freshClone('alice', 'bob');
    await draftRelease(work, '1.4.0');
    const late = ['alice-project/tool/1.4.1/tool.tgz', await work.file('late', 'late')];
    await work.ok('add', ...late, '--role', 'alice');
    const file = path.join(work.dir, 'metadata/alice.json');
    const [draft, status] = [await readFile(file), await work.ok('status')];
    await work.ok('sign', name, '--yes');
    assert.deepEqual(await readFile(file), draft);
    const drafts = (text: string) => text.split('open signing events')[0];
    assert.equal(drafts(await work.ok('status')), drafts(status));
    assert.deepEqual(await signersOn(name, 'bob'), ['bob']);
  });

  it('signs every role of the event that the keys may, and says who is left', async () => {
    const name = await started((tree) => {
      release(tree, 'alice', '1.5', alice);
      remake(tree, 'targets', [admin]);
    });
    const work = await kit.freshClone('carol');
    const answer = JSON.parse(await work.ok('sign', name, '--yes', '--json')) as {
      isComplete: boolean;
      roles: { role: string; signed: string[]; missing: string[] }[];
    };
    assert.equal(answer.isComplete, true);
    assert.deepEqual(
      answer.roles.map(({ role, signed, missing }) => [role, signed, missing]),
      [
        ['targets', ['@admin', '@carol'], ['@bob']],
        ['alice', ['@alice', '@carol'], []],
      ],
    );
  });

  it('of a root tells old keys from new ones, and signs the history too', async () => {
    const name = await started((tree) => {
      remake(tree, 'root', [root1], (root) => ({
        ...root,
        keys: { ...(root['keys'] as JsonObject), ...keysOf(alice) },
        roles: {
          ...(root['roles'] as JsonObject),
          root: { keyids: [root1.keyid, people.root2.keyid, alice.keyid], threshold: 3 },
        },
      }));
    });
    const second = await kit.freshClone('root2');
    const run = await second.refused(4, 'workspace.waiting', 'sign', name, '--yes');
    assert.match(run.stderr, /was signed by 2 of 3: @root1, @root2, @root3/);
    assert.match(run.stderr, /^ {6}signed by 3 of 3: @root1, @root2, @alice$/m);
    assert.match(run.stderr, new RegExp(`\\+ key .*@alice, .*${alice.fingerprint}`));
    assert.match(run.stdout, /^root version 3, by the keys of version 2: 2 of 2 signatures$/m);
    assert.match(run.stdout, /^root version 3, by its own keys: 2 of 3 .*@alice is missing$/m);
    const third = await kit.freshClone('alice');
    assert.match(await third.ok('sign', name, '--yes'), /by its own keys: 3 of 3 signatures/);
    assert.equal(
      await events.onEvent(name, 'metadata/root.json'),
      await events.onEvent(name, 'metadata/root_history/3.root.json'),
    );
    assert.deepEqual(await signersOn(name, 'root'), ['root1', 'root2', 'alice']);
  });

  it('shows a delegation that was slipped in, with its people, and signs it for nobody else', async () => {
    const name = await started((tree) => {
      putRole(tree, 'extra', roleSigned(1, {}), [people.stranger]);
      remake(tree, 'targets', [admin], (targets) => {
        const delegations = targets['delegations'] as { keys: JsonObject; roles: JsonObject[] };
        return {
          ...targets,
          delegations: {
            keys: { ...delegations.keys, ...keysOf(people.stranger) },
            roles: [...delegations.roles, delegationTo('extra', people.stranger, 'extra/*')],
          },
        };
      });
    });
    const work = await kit.freshClone('bob');
    const { ask } = scriptedCli(work.dir, ['n']);
    const { stderr } = await work.ask(ask, 'sign', name);
    assert.match(stderr, /\+ delegation to extra\n {6}signed by 1 of 1: @stranger\n {6}for extra/);
    assert.match(stderr, new RegExp(`\\+ key .*@stranger, .*${people.stranger.fingerprint}`));
    assert.match(stderr, /^extra: new, version 1/m);
    assert.match(stderr, /to be signed by @bob/);
  });

  describe('while somebody else pushes to it', () => {
    it('signs the new tip too, asked once where it says the same', async () => {
      const name = await started((tree) => {
        remake(tree, 'targets', [admin]);
      });
      const work = await kit.freshClone('bob');
      const { ask, asked } = thinking(() =>
        events.pushes.push(name, (tree) => {
          addSignatures(tree, 'targets', carol);
        }),
      );
      const run = await work.ask(ask, 'sign', name);
      assert.equal(run.status, 0, run.stderr);
      assert.match(run.stderr, /somebody else pushed to the event/);
      assert.equal(asked(), 1);
      assert.deepEqual(await signersOn(name, 'targets'), ['admin', 'carol', 'bob']);
    });

    it('is asked again where it says something else, and signs only that', async () => {
      const name = await started((tree) => {
        remake(tree, 'targets', [admin]);
      });
      const work = await kit.freshClone('bob');
      const { ask, asked } = thinking(() =>
        events.pushes.push(name, (tree) => {
          redraft(tree, 'targets', [carol], livesFor(99));
        }),
      );
      const run = await work.ask(ask, 'sign', name);
      assert.equal(run.status, 0, run.stderr);
      assert.equal(asked(), 2);
      assert.match(run.stderr, /in 99 days[^]*to be signed by @bob/);
      assert.deepEqual(await signersOn(name, 'targets'), ['carol', 'bob']);
    });
  });

  it('gives up, with nothing sent, where the event never stands still', async () => {
    const name = await started((tree) => {
      remake(tree, 'targets', [admin]);
    });
    const work = await kit.freshClone('bob');
    const { ask } = thinking(
      (count) =>
        events.pushes.push(name, (tree) => {
          redraft(tree, 'targets', [carol], livesFor(90 + count));
        }),
      99,
    );
    const run = await work.ask(ask, 'sign', name);
    assert.equal(run.status, 1);
    assert.match(run.stderr, /^tuf-on-git: \[repository\.stale\] sign\/.*try again$/m);
    assert.deepEqual(await signersOn(name, 'targets'), ['carol']);
  });

  it('brings nothing back that is over by the time it is signed', async () => {
    const name = await started((tree) => {
      remake(tree, 'targets', [admin]);
    });
    const { sandbox } = kit.gated;
    const work = await kit.freshClone('bob');
    const { ask } = thinking(async () => {
      await sandbox.ok(['update-ref', `refs/tuf/events/${name}`, `refs/heads/sign/${name}`]);
      await sandbox.ok(['update-ref', '-d', `refs/heads/sign/${name}`]);
    });
    const run = await work.ask(ask, 'sign', name);
    assert.equal(run.status, 1);
    assert.match(run.stderr, /^tuf-on-git: \[event\.form\] .*refused by the server/m);
    assert.match(run.stderr, /an event of this name was there and is over/);
    await work.refused(2, 'usage.argument', 'sign', name, '--yes');
  });

  it('signs what main has not moved on, and says what it has', async () => {
    const name = await started((tree) => {
      release(tree, 'alice', '1.6', alice);
      release(tree, 'bob', '1.6');
    });
    const moved = await events.pushes.pushMain((tree) => {
      remake(tree, 'bob', [bob]);
    });
    assert.equal(moved.status, 0, moved.stderr);
    const work = await kit.freshClone('carol');
    const run = await work.refused(4, 'workspace.waiting', 'sign', name, '--yes');
    assert.match(run.stderr, /bob version 2 is stale: main has moved on/);
    assert.deepEqual(await signersOn(name, 'alice'), ['alice', 'carol']);
  });
});

/** Signing events that land in a running daemon, by real pushes through the hook (rule 27). */
import assert from 'node:assert/strict';
import type { JsonObject } from '../../../core/metadata/json.ts';
import type { Daemon } from '../../../daemon/serve.ts';
import { daemonSuite, fetchSigned } from '../../kit/daemon.ts';
import { signedOf, type TestHome } from '../../kit/home.ts';
import { pushedHome } from '../../kit/pushed-home.ts';
import {
  addSignatures,
  eventPushes,
  livesFor,
  makeTeams,
  putInvitations,
  redraft,
  release,
  remake,
  versionOf,
  type EventChange,
  type EventPushes,
} from '../../kit/signing-events.ts';
import { keysOf, people } from '../../kit/source-tree.ts';
import { until } from '../../kit/until.ts';

const { root1, root2, root3, admin, alice, bob, carol } = people;

interface Scene {
  readonly home: TestHome;
  readonly daemon: Daemon;
  readonly pushes: EventPushes;
  /** Pushes to an event, which the hook must accept, and lets the daemon look. */
  readonly push: (event: string, change: EventChange) => Promise<void>;
  readonly pushMain: (change: EventChange) => Promise<void>;
  /** Open events by name. */
  readonly open: () => Promise<readonly string[]>;
  /** The version that is on main, and that a client sees. */
  readonly version: (role: string) => Promise<number>;
}

describe('a signing event in a running daemon', () => {
  const suite = daemonSuite();

  async function scene(policy: JsonObject = {}): Promise<Scene> {
    // So seldom that what happens by itself was due.
    const home = await suite.home({ config: { reconcileIntervalSeconds: 3600 } });
    await home.commit((tree) => {
      makeTeams(tree, policy);
    });
    const daemon = await suite.serve(home);
    const pushes = eventPushes((await pushedHome(home)).clone);
    const pushed = async (run: ReturnType<EventPushes['push']>) => {
      const { status, stderr } = await run;
      assert.equal(status, 0, stderr);
      await daemon.reconcile();
    };
    return {
      home,
      daemon,
      pushes,
      push: (event, change) => pushed(pushes.push(event, change)),
      pushMain: (change) => pushed(pushes.pushMain(change)),
      open: async () =>
        (await home.git.listRefs('refs/heads/sign/')).map(({ name }) => name.slice(16)),
      version: async (role) => {
        const version = versionOf(signedOf(await pushes.tree(), role));
        assert.equal(await publishedVersion(daemon, role), version);
        return version;
      },
    };
  }

  async function publishedVersion(daemon: Daemon, role: string): Promise<number> {
    const timestamp = await fetchSigned(daemon, 'timestamp.json');
    const { 'snapshot.json': snapshot } = timestamp['meta'] as Record<string, JsonObject>;
    const { meta } = await fetchSigned(daemon, `${Number(snapshot?.['version'])}.snapshot.json`);
    return Number((meta as Record<string, JsonObject>)[`${role}.json`]?.['version']);
  }

  const half: EventChange = (tree) => {
    release(tree, 'alice', '1.1', alice);
  };
  const otherHalf: EventChange = (tree) => {
    addSignatures(tree, 'alice', carol);
  };

  it('becomes one commit on main when its last signature comes, and is published at once', async () => {
    const { home, push, open, version } = await scene();
    const before = await home.tip();
    await push('release', half);
    assert.equal(await home.tip(), before);
    assert.deepEqual(await open(), ['release']);
    await push('release', otherHalf);
    const landing = await home.git.commit(await home.tip());
    assert.deepEqual(landing.parents, [before]);
    assert.deepEqual(await open(), []);
    const past = await home.git.resolveRef('refs/tuf/events/release');
    assert.match(landing.message, new RegExp(`\nEvent: release\nEvent-tip: ${String(past)}\n$`));
    assert.equal(await version('alice'), 3);
  });

  it('lands on a main that has moved elsewhere', async () => {
    const { home, push, pushMain, version } = await scene();
    await push('release', half);
    await pushMain((tree) => {
      release(tree, 'bob', '2.1', bob);
    });
    const before = await home.tip();
    await push('release', otherHalf);
    assert.deepEqual((await home.git.commit(await home.tip())).parents, [before]);
    assert.deepEqual([await version('alice'), await version('bob')], [3, 2]);
  });

  it('waits while a role is stale, and lands when that one is made again', async () => {
    const { push, pushMain, open, version, pushes } = await scene();
    await push('release', (tree) => {
      release(tree, 'alice', '1.1', alice);
      release(tree, 'bob', '2.1', bob);
    });
    await pushMain((tree) => {
      release(tree, 'bob', '2.2', bob);
    });
    await push('release', otherHalf);
    assert.deepEqual(await open(), ['release']);
    await push('release', (tree, main) => {
      for (const file of ['metadata/bob.json']) tree.set(file, main.get(file) ?? Buffer.of());
      release(tree, 'bob', '2.1', bob);
    });
    assert.deepEqual(await open(), []);
    assert.deepEqual([await version('alice'), await version('bob')], [3, 3]);
    const targets = Object.keys(signedOf(await pushes.tree(), 'bob')['targets'] as JsonObject);
    assert.ok(targets.includes('bob-project/tool/2.1/tool.tgz'));
    assert.ok(targets.includes('bob-project/tool/2.2/tool.tgz'));
  });

  it('carries several roles in one commit', async () => {
    const { home, push, version } = await scene();
    const before = await home.tip();
    await push('release', (tree) => {
      release(tree, 'alice', '1.1', alice);
      remake(tree, 'targets', [admin]);
    });
    await push('release', otherHalf);
    assert.equal(await home.tip(), before);
    await push('release', (tree) => {
      addSignatures(tree, 'targets', bob);
    });
    assert.deepEqual((await home.git.commit(await home.tip())).parents, [before]);
    assert.deepEqual([await version('alice'), await version('targets')], [3, 3]);
  });

  it('changes root by the threshold of the old and of the new keys', async () => {
    const { home, push, pushes } = await scene();
    const before = await home.tip();
    const sign = (...keys: (typeof root1)[]) =>
      push('keys', (tree) => {
        addSignatures(tree, 'root', ...keys);
      });
    await push('keys', (tree) => {
      remake(tree, 'root', [root1], (root) => ({
        ...root,
        keys: { ...(root['keys'] as JsonObject), ...keysOf(alice) },
        roles: {
          ...(root['roles'] as JsonObject),
          root: { keyids: [root1, alice, bob].map(({ keyid }) => keyid), threshold: 2 },
        },
      }));
    });
    await sign(alice); // two of its own keys, one of the old ones
    assert.equal(await home.tip(), before);
    await sign(root3);
    assert.equal(versionOf(signedOf(await pushes.tree(), 'root')), 3);
  });

  it('lands beside another one that is complete at the same look, one after the other', async () => {
    const { home, daemon, pushes, open } = await scene();
    const before = await home.tip();
    await daemon.close();
    for (const [event, role, ...keys] of [
      ['one', 'alice', alice, carol],
      ['two', 'bob', bob],
    ] as const) {
      const run = await pushes.push(event, (tree) => {
        release(tree, role, '3.0', ...keys);
      });
      assert.equal(run.status, 0, run.stderr);
    }
    const again = await suite.serve(home);
    assert.deepEqual(await open(), []);
    const second = await home.git.commit(await home.tip());
    const [first] = second.parents;
    assert.deepEqual((await home.git.commit(first ?? assert.fail())).parents, [before]);
    assert.equal(await publishedVersion(again, 'alice'), 3);
    assert.equal(await publishedVersion(again, 'bob'), 2);
  });

  it('that cannot land keeps no other from landing, nor a push, nor a generation', async () => {
    const { home, push, pushMain, open, version } = await scene({ land: { graceHours: 1 } });
    await push('long', (tree) => {
      remake(tree, 'targets', [admin, bob]);
    });
    await pushMain((tree) => {
      remake(tree, 'root', [root1, root2], (root) => ({
        ...root,
        'x-tuf-on-git-policy': {
          ...(root['x-tuf-on-git-policy'] as JsonObject),
          maxLifeDays: { targets: 30 },
        },
      }));
    });
    await completeSince(home, 'long', Date.now() - 3_700_000);
    await push('release', (tree) => {
      release(tree, 'alice', '1.1', alice, carol);
    });
    await pushMain((tree) => {
      release(tree, 'bob', '2.1', bob);
    });
    assert.deepEqual(await open(), ['long']);
    assert.deepEqual([await version('alice'), await version('bob')], [3, 2]);
    assert.equal(await version('targets'), 2);
  });

  it('where all must sign waits for everybody, and for whoever is invited', async () => {
    const { push, open, version } = await scene({ land: 'all' });
    await push('release', (tree) => {
      putInvitations(tree, { role: 'targets', slot: 1 });
      remake(tree, 'targets', [admin, bob]);
    });
    await push('release', (tree) => {
      addSignatures(tree, 'targets', carol);
    });
    assert.deepEqual(await open(), ['release']);
    await push('release', (tree) => {
      putInvitations(tree);
      redraft(tree, 'targets', [admin, bob, carol], livesFor(30));
    });
    assert.deepEqual(await open(), []);
    assert.equal(await version('targets'), 3);
  });

  it('takes late signatures within its grace, and lands at once when all have signed', async () => {
    const { push, open, pushes } = await scene({ land: { graceHours: 1 } });
    await push('release', (tree) => {
      remake(tree, 'targets', [admin, bob]);
    });
    assert.deepEqual(await open(), ['release']);
    await push('release', (tree) => {
      addSignatures(tree, 'targets', carol);
    });
    assert.deepEqual(await open(), []);
    const { signatures } = JSON.parse(
      Buffer.from((await pushes.tree()).get('metadata/targets.json') ?? '').toString(),
    ) as { signatures: unknown[] };
    assert.equal(signatures.length, 3);
  });

  it('lands when its grace ends, without anybody looking', async () => {
    const { home, push, pushes, daemon, open } = await scene({ land: { graceHours: 1 } });
    await push('release', (tree) => {
      remake(tree, 'targets', [admin, bob]);
    });
    await daemon.close();
    await completeSince(home, 'release', Date.now() - 3_600_000 + 4_000);
    const again = await suite.serve(home);
    await until('the grace is over', async () => (await open()).length === 0);
    await until('it is published', async () => (await publishedVersion(again, 'targets')) === 3);
    assert.equal(versionOf(signedOf(await pushes.tree(), 'targets')), 3);
  });

  it('begins its grace anew with another payload', async () => {
    const { home, push, daemon, open } = await scene({ land: { graceHours: 1 } });
    await push('release', (tree) => {
      remake(tree, 'targets', [admin, bob]);
    });
    await completeSince(home, 'release', Date.now() - 3_500_000);
    await push('release', (tree) => {
      redraft(tree, 'targets', [admin, bob], livesFor(30));
    });
    await daemon.reconcile();
    assert.deepEqual(await open(), ['release']);
  });

  it('keeps invitations off main', async () => {
    const { push, pushes, version } = await scene();
    await push('release', (tree) => {
      putInvitations(tree, { role: 'bob', slot: 1 });
      release(tree, 'bob', '2.1', bob);
    });
    assert.equal(await version('bob'), 2);
    assert.equal((await pushes.tree()).has('.signing-event-state'), false);
  });

  it('is made up for when a crash has left its landing half done', async () => {
    const { home, push, daemon, open, version } = await scene();
    await push('release', (tree) => {
      release(tree, 'bob', '2.1', bob);
    });
    const past = (await home.git.resolveRef('refs/tuf/events/release')) ?? assert.fail();
    const restore = { ref: 'refs/heads/sign/release', from: undefined, to: past };
    const away = { ref: 'refs/tuf/events/release', from: past, to: undefined };
    for (const moves of [[restore], [restore, away]]) {
      await home.git.updateRefs(moves, { message: 'as a crash would leave it' });
      await daemon.reconcile();
      assert.deepEqual(await open(), []);
      assert.equal(await home.git.resolveRef('refs/tuf/events/release'), past);
    }
    assert.equal(await version('bob'), 2);
  });

  it('does not land on a main whose tip is bad', async () => {
    const { home, push, open } = await scene();
    await push('release', half);
    await home.commit((tree) => {
      tree.set('metadata/ghost.json', Buffer.from('{}'));
    });
    const bad = await home.tip();
    await push('release', otherHalf);
    assert.equal(await home.tip(), bad);
    assert.deepEqual(await open(), ['release']);
  });
});

/** Rewrites the log of an event's branch, as if its tip had come at that time, in milliseconds. */
async function completeSince({ git }: TestHome, name: string, time: number): Promise<void> {
  const ref = `refs/heads/sign/${name}`;
  const tip = (await git.resolveRef(ref)) ?? assert.fail();
  await git.updateRef({ ref, from: tip, to: undefined, message: 'away' });
  const back = { ref, from: undefined, to: tip, message: 'back', time: new Date(time) };
  await git.updateRef(back);
}

/** A server that puts on top of main what nobody could have pushed: it verifies from no trusted root. */
import assert from 'node:assert/strict';
import type { Code } from '../../core/error/codes.ts';
import type { JsonObject } from '../../core/metadata/json.ts';
import { draftRelease, eventWorkspaces, type EventWorkspaces } from '../kit/event-workspaces.ts';
import { writeTree } from '../kit/gated-repository.ts';
import { livesFor, redraft, release, remake, type EventChange } from '../kit/signing-events.ts';
import { delegationTo, keysOf, makeKey, people } from '../kit/source-tree.ts';
import type { MaintainerWorkspace, Workspaces } from '../kit/workspaces.ts';

const { admin, alice, bob, root1, root2, stranger } = people;

describe('a main that was replaced gets no signature:', () => {
  let events: EventWorkspaces;
  let kit: Workspaces;
  let carol: MaintainerWorkspace;
  let good: string;
  before(async () => {
    events = await eventWorkspaces();
    ({ kit } = events);
    await events.pushes.push('release-1', (tree) => {
      release(tree, 'alice', '1.1', alice);
    });
    carol = await kit.clone('carol', 'carol');
    await draftRelease(carol, '2.0');
    good = await kit.gated.sandbox.ok(['rev-parse', 'main']);
  });
  after(() => kit.remove());
  afterEach(async () => {
    await kit.gated.sandbox.ok(['update-ref', 'refs/heads/main', good]);
    await carol.ok('status', '--fetch');
  });

  /** Past every hook, on top of what carol has verified. */
  async function plant(change: EventChange): Promise<void> {
    const { clone, sandbox } = kit.gated;
    const [tree, main] = [await events.pushes.tree(), await events.pushes.tree()];
    await clone.ok('checkout', '--quiet', '--force', '-B', 'work', 'origin/main');
    change(tree, main);
    await writeTree(clone.dir, tree);
    const oid = await clone.commit('planted');
    await sandbox.ok(['fetch', '--quiet', clone.dir, `+${oid}:refs/heads/main`]);
  }

  const other = makeKey('@bob');
  const swapped = { [bob.keyid]: other.json };
  const attacks: Readonly<Record<string, readonly [Code, EventChange]>> = {
    'a role by somebody else’s key': [
      'role.threshold',
      (tree) => remake(tree, 'alice', [stranger, alice]),
    ],
    'a role below its threshold': ['role.threshold', (tree) => remake(tree, 'targets', [admin])],
    'an owner’s key swapped for another of the same name, by nobody who may': [
      'role.threshold',
      (tree) => remake(tree, 'targets', [admin], withBob({ ...keysOf(other) }, other.keyid)),
    ],
    'a key swapped for another under the same keyid, which signs': [
      'key.id',
      (tree) => {
        remake(tree, 'targets', [admin, bob], withBob(swapped, bob.keyid));
        remake(tree, 'bob', [{ ...other, keyid: bob.keyid }]);
      },
    ],
    'a root that too few keys of the trusted one signed': [
      'root.threshold',
      (tree) => remake(tree, 'root', [root1]),
    ],
    'another root in the place of the trusted one': [
      'root.not-pinned',
      (tree) => redraft(tree, 'root', [root1, root2], livesFor(300)),
    ],
  };
  for (const [what, [code, change]] of Object.entries(attacks)) {
    it(what, async () => {
      await plant(change);
      const file = await carol.file('tool', 'a tool');
      for (const command of [
        ['status', '--fetch'],
        ['status'],
        ['sign', 'release-1', '--yes'],
        ['upload', file, '--to', 'alice-project/tool/3.0', '--role', 'alice', '--yes'],
        ['role', 'set', 'alice', '--renew', '--event', 'renewal', '--yes'],
      ]) {
        await carol.refused(1, code, ...command);
      }
    });
  }

  it('and what it has instead cannot be cloned', async () => {
    await plant((tree) => remake(tree, 'alice', [stranger]));
    const pin = ['--root', `${kit.dir}/root.json`];
    const run = await kit.run(kit.dir, 'clone', kit.gated.sandbox.bare, 'new', ...pin);
    assert.match(run.stderr, /\[role\.threshold\]/);
    assert.equal(run.status, 1);
  });
});

/** Targets with these keys beside its own, and bob's role signed by one of them. */
function withBob(more: JsonObject, keyid: string): (signed: JsonObject) => JsonObject {
  return (signed) => {
    const { keys, roles } = signed['delegations'] as { keys: JsonObject; roles: JsonObject[] };
    const changed = roles.map((role) =>
      role['name'] === 'bob'
        ? { ...delegationTo('bob', bob, 'bob-project/*/*/*'), keyids: [keyid] }
        : role,
    );
    return { ...signed, delegations: { keys: { ...keys, ...more }, roles: changed } };
  };
}

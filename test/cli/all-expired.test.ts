import assert from 'node:assert/strict';
import { livesFor, redraft } from '../kit/signing-events.ts';
import { people, validTree, type TestKey, type Tree } from '../kit/source-tree.ts';
import { workspaces, type PersonName, type Workspaces } from '../kit/workspaces.ts';

const { root1, root2, admin, alice, bob } = people;

describe('a repository in which everything expired a year ago', () => {
  let kit: Workspaces;
  beforeEach(async () => {
    kit = await workspaces(expired(), { isOld: true });
  });
  afterEach(() => kit.remove());

  /** Renews a role in a workspace of its signers, by the command that `status` names. */
  async function renewed(role: string, ...signers: readonly PersonName[]): Promise<void> {
    const work = await kit.freshClone(...signers);
    const { stdout } = await work.refused(4, 'workspace.waiting', 'status');
    assert.match(stdout, new RegExp(`^ {2}${role} expired \\S+, 36\\d days ago$`, 'm'));
    await work.ok('role', 'set', role, '--renew');
    await work.ok('sign', '--yes');
    await work.ok('push');
  }

  it('is cloned, with a warning for each role, and says who must act', async () => {
    const pin = ['--root', `${kit.dir}/root.json`];
    const run = await kit.run(kit.dir, 'clone', kit.gated.sandbox.bare, 'work', ...pin);
    assert.equal(run.status, 0, run.stderr);
    for (const role of ['root', 'targets', 'alice', 'bob']) {
      assert.match(run.stderr, new RegExp(`^warning: ${role} expired `, 'm'));
    }
  });

  it('is brought back role by role, from the top', async () => {
    await renewed('root', 'root1', 'root2');
    await renewed('targets', 'admin');
    await renewed('alice', 'alice');
    await renewed('bob', 'bob');
    await (await kit.freshClone()).ok('status');
  });

  it('and in any other order', async () => {
    await renewed('bob', 'bob');
    await renewed('targets', 'admin');
    await renewed('root', 'root1', 'root2');
    await renewed('alice', 'alice');
    await (await kit.freshClone()).ok('status');
  });

  it('by a new release too, which renews what it is in', async () => {
    const work = await kit.freshClone('alice');
    const target = 'alice-project/tool/1.1.0/tool.tgz';
    await work.ok('add', target, await work.file('tool', 'a tool'));
    await work.ok('sign', '--yes');
    await work.ok('push');
    assert.equal(await kit.onMain(`targets/${target}`), 'a tool');
  });
});

function expired(): Tree {
  const tree = validTree();
  const signers: Readonly<Record<string, readonly TestKey[]>> = {
    root: [root1, root2],
    targets: [admin],
    alice: [alice],
    bob: [bob],
  };
  for (const [role, keys] of Object.entries(signers)) redraft(tree, role, keys, livesFor(-365));
  return tree;
}

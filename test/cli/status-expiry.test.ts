import assert from 'node:assert/strict';
import type { StatusReport } from '../../cli/workspace/status.ts';
import { livesFor, redraft } from '../kit/signing-events.ts';
import {
  inDays,
  people,
  putRole,
  targetsSigned,
  validTree,
  type TestKey,
  type Tree,
} from '../kit/source-tree.ts';
import { workspaces, type PersonName, type Workspaces } from '../kit/workspaces.ts';

const { root1, root2, admin, alice, bob } = people;

describe('the status of what expires', () => {
  let kit: Workspaces;
  afterEach(() => kit.remove());

  async function opened(tree: Tree, ...keys: PersonName[]) {
    kit = await workspaces(tree);
    return kit.freshClone(...keys);
  }
  const reportOf = (stdout: string) => JSON.parse(stdout) as StatusReport;

  it('is one line, and status 0, while nothing does', async () => {
    const work = await opened(validTree(), 'alice');
    const inTwoWeeks = () => new Date(Date.now() + 14 * 86_400_000).toISOString().slice(0, 10);
    const before = inTwoWeeks();
    const text = await work.ok('status');
    const until = `(${before}|${inTwoWeeks()})`;
    assert.match(
      text,
      new RegExp(`^nothing expires until ${until}; after that .*, in 36[45] days$`, 'm'),
    );
  });

  it('names who must act, by a command that does it, and ends with status 4', async () => {
    const work = await opened(expiring({ alice: 5 }), 'alice');
    const { stdout } = await work.refused(4, 'workspace.waiting', 'status');
    assert.match(stdout, /^somebody must act:\n {2}alice expires \S+, in [45] days$/m);
    const command = 'tuf-on-git role set alice --renew --event renew-alice-2';
    assert.ok(stdout.includes(`\n    to be signed by @alice: ${command}\n`), stdout);
    await work.ok(...command.split(' ').slice(1), '--yes');
    await kit.gated.sandbox.ok(['update-ref', 'refs/heads/main', 'sign/renew-alice-2']);
    assert.match(await work.ok('status', '--fetch'), /^nothing expires until/m);
  });

  it('says how many of whom a threshold asks for', async () => {
    const work = await opened(expiring({ root: 3, targets: 4 }));
    const { stdout } = await work.refused(4, 'workspace.waiting', 'status');
    assert.match(stdout, /root expires [^\n]+\n {4}to be signed by 2 of @root1, @root2, @root3: /);
    assert.match(stdout, /targets expires [^\n]+\n {4}to be signed by @admin: /);
    assert.ok(stdout.indexOf('root expires') < stdout.indexOf('targets expires'));
  });

  it('can be asked of a day to come, and of more or fewer days ahead', async () => {
    const work = await opened(expiring({ alice: 60 }));
    await work.ok('status');
    await work.ok('status', '--at', '45d');
    await work.refused(4, 'workspace.waiting', 'status', '--within', '61');
    await work.refused(4, 'workspace.waiting', 'status', '--at', '50d');
    await work.ok('status', '--at', '50d', '--within', '7');
    const day = inDays(62).slice(0, 10);
    const { stdout } = await work.refused(4, 'workspace.waiting', 'status', '--at', day);
    assert.match(stdout, /alice expired \S+, (1 day|less than a day) ago/);
    await work.refused(2, 'usage.argument', 'status', '--at', 'tomorrow');
  });

  it('has every role as data, the first to expire first', async () => {
    const work = await opened(expiring({ bob: 2, alice: 60 }));
    const { stdout } = await work.refused(4, 'workspace.waiting', 'status', '--json');
    assert.deepEqual(
      reportOf(stdout).expiries.map(({ role, state, signedBy, owners }) => [
        role,
        state,
        signedBy,
        owners,
      ]),
      [
        ['bob', 'soon', 'people', ['@bob']],
        ['alice', 'fine', 'people', ['@alice']],
        ['root', 'fine', 'people', ['@root1', '@root2', '@root3']],
        ['targets', 'fine', 'people', ['@admin']],
      ],
    );
  });

  it('leads to what is drafted, signed or open already', async () => {
    const work = await opened(expiring({ alice: 5 }), 'alice');
    const command = async () =>
      /signed by @alice: (.*)$/m.exec((await work.run('status')).stdout)?.[1];
    await work.ok('role', 'set', 'alice', '--renew');
    assert.equal(await command(), 'tuf-on-git sign');
    await work.ok('sign', '--yes');
    assert.equal(await command(), 'tuf-on-git push');
    await work.ok('push', 'renewal');
    await work.run('status', '--fetch');
    assert.equal(await command(), 'tuf-on-git sign renewal');
  });

  it('leaves to the server what the server signs', async () => {
    const tree = expiring({ alice: 5 });
    putRole(tree, 'targets', { ...targetsSigned(1), 'x-tuf-on-git-online': ['alice'] }, [admin]);
    const work = await opened(tree);
    await work.ok('status');
    const { stdout } = await work.refused(4, 'workspace.waiting', 'status', '--at', '6d');
    assert.match(stdout, /alice expired [^\n]+\n {4}the server signs it: ask the operator/);
  });
});

const signers: Readonly<Record<string, readonly TestKey[]>> = {
  root: [root1, root2],
  targets: [admin],
  alice: [alice],
  bob: [bob],
};

/** A tree in which some roles have so many days left, and the others a year. */
function expiring(days: Readonly<Record<string, number>>): Tree {
  const tree = validTree();
  for (const [role, left] of Object.entries(days)) {
    redraft(tree, role, signers[role] ?? [], livesFor(left));
  }
  return tree;
}

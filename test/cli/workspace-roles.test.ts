import assert from 'node:assert/strict';
import { workspaces, type MaintainerWorkspace, type Workspaces } from '../kit/workspaces.ts';

describe('a new role', () => {
  let kit: Workspaces;
  let work: MaintainerWorkspace;
  before(async () => {
    kit = await workspaces();
  });
  beforeEach(async () => {
    work = await kit.freshClone('admin');
  });
  after(() => kit.remove());

  const roleAdd = (...more: string[]) => [
    'role',
    'add',
    'project',
    '--paths',
    'project/*',
    ...more,
  ];
  const keysOf = (...names: Parameters<Workspaces['publicKey']>[0][]) =>
    names.flatMap((name) => ['--key', kit.publicKey(name)]);

  it('signed twice by one person still waits for another', async () => {
    await work.ok(...roleAdd(...keysOf('alice', 'bob'), '--threshold', '2'));
    await work.refused(4, 'workspace.waiting', ...kit.signAs('alice'));
    const again = await work.refused(4, 'workspace.waiting', ...kit.signAs('alice'));
    assert.match(again.stdout, /project version 1: 1 of 2 signatures; @bob is missing/);
  });

  it('is refused when the gate would refuse it, and nothing is drafted', async () => {
    const alice = keysOf('alice');
    const rest = ['--paths', 'project/*', ...alice];
    await work.refused(1, 'name.form', 'role', 'add', '7.project', ...rest);
    await work.refused(1, 'name.form', 'role', 'add', '../root', ...rest);
    await work.refused(1, 'name.form', 'role', 'add', 'Snapshot', ...rest);
    await work.refused(1, 'name.twin', 'role', 'add', 'Alice', ...rest);
    await work.refused(1, 'name.twin', 'role', 'add', 'alice', ...rest, '--delegator', 'bob');
    await work.refused(1, 'path.pattern', 'role', 'add', 'p', '--paths', 'x/**', ...alice);
    await work.refused(1, 'delegation.threshold', ...roleAdd(...alice, '--threshold', '2'));
    await work.refused(1, 'key.same-key', ...roleAdd(...alice, ...alice));
    await work.refused(1, 'key.shared-online', ...roleAdd(...keysOf('online')));
    await work.refused(1, 'delegation.wider', ...roleAdd(...alice, '--delegator', 'bob'));
    await work.refused(2, 'usage.argument', ...roleAdd(...alice, '--delegator', 'nobody'));
    await work.refused(2, 'signer.key-not-found', ...roleAdd('--key', 'nobody.pub'));
    assert.match(await work.ok('status'), /nothing is drafted/);
  });

  it('is shown beside those that root itself names', async () => {
    const all = await work.ok('role', 'show');
    assert.match(all, /^root +root +1 +\S+Z +2 of @root1, @root2, @root3 +0 *$/m);
    assert.match(all, /^timestamp +root +the server +0 *$/m);
    const root = await work.ok('role', 'show', 'root');
    assert.match(root, /^ {2}signed by 2 of @root1, @root2, @root3\n {4}@root1 [0-9a-f]{64}$/m);
    assert.match(await work.ok('role', 'show', 'snapshot'), /^ {2}signed by the server$/m);
  });

  it('is shown with its people, paths and targets', async () => {
    await work.ok(...roleAdd(...keysOf('alice', 'bob'), '--no-terminating'));
    const shown = JSON.parse(await work.ok('role', 'show', 'project', '--json')) as unknown;
    const { expires, keys, ...rest } = shown as { expires: string; keys: { owner: string }[] };
    assert.deepEqual(rest, {
      role: 'project',
      delegator: 'targets',
      version: 1,
      threshold: 1,
      paths: ['project/*'],
      terminating: false,
      targets: [],
      isOnline: false,
      isDraft: true,
    });
    assert.ok(Date.parse(expires) > Date.now());
    assert.deepEqual(
      keys.map(({ owner }) => owner),
      ['@alice', '@bob'],
    );
    assert.match(await work.ok('role', 'show'), /^project +targets +1 \(draft\) /m);
    assert.match(
      await work.ok('role', 'show', 'alice'),
      /alice-project\/tool\/1\.0\.0\/tool\.tgz, 14 bytes/,
    );
    await work.refused(2, 'usage.argument', 'role', 'show', 'nobody');
  });

  it('waits for its own people: admin, alice and bob sign in turn, and main gets one commit', async () => {
    await work.ok(...roleAdd(...keysOf('alice', 'bob', 'stranger'), '--threshold', '2'));
    const admin = await work.refused(4, 'workspace.waiting', 'sign', '--yes');
    assert.match(admin.stderr, /\+ delegation to project/);
    assert.match(admin.stdout, /^targets version 2: 1 of 1 signature$/m);
    assert.match(admin.stdout, /^project version 1: 0 of 2 signatures; 2 of @alice, @bob and/m);
    await work.refused(4, 'workspace.waiting', 'push');
    const alice = await work.refused(4, 'workspace.waiting', ...kit.signAs('alice'));
    assert.match(
      alice.stdout,
      /project version 1: 1 of 2 signatures; @bob or @stranger is missing/,
    );
    assert.match(await work.ok('status'), /project: new, version 1, 1 of 2 signatures/);
    await work.ok(...kit.signAs('bob'));
    await work.ok('push');
    assert.equal(await kit.gated.sandbox.ok(['rev-list', '--count', 'main']), '2');
    const log = await kit.gated.sandbox.ok(['log', '-1', '--format=%an <%ae>%n%B', 'main']);
    assert.match(log, /^bob <bob@localhost>\ntargets: version 2\nproject: version 1$/);
  });

  it('can be used in the same change that makes it', async () => {
    await work.ok('role', 'add', 'instant', '--paths', 'instant/*', ...keysOf('alice'));
    const file = await work.file('tool', 'a tool');
    await work.ok('add', 'instant/tool', file, '--role', 'instant');
    const both = ['--key', kit.keyUri('admin'), '--key', kit.keyUri('alice')];
    await work.ok('sign', '--yes', ...both);
    await work.ok('push');
    assert.equal(await kit.onMain('targets/instant/tool'), 'a tool');
  });
});

import assert from 'node:assert/strict';
import { scriptedCli } from '../kit/scripted-cli.ts';
import { workspaces, type MaintainerWorkspace, type Workspaces } from '../kit/workspaces.ts';

describe('a change of roles as one command', () => {
  let kit: Workspaces;
  let work: MaintainerWorkspace;
  beforeEach(async () => {
    kit = await workspaces();
    work = await kit.clone('work', 'root1');
  });
  afterEach(() => kit.remove());

  const rotate = () => [
    ...['role', 'set', 'root', '--replace-key', `@root3=${kit.publicKey('carol')}`],
    ...['--event', 'rotate'],
  ];

  it('is shown, signed, sent as a signing event, and says who must sign', async () => {
    const sent = await work.refused(4, 'workspace.waiting', ...rotate(), '--yes');
    assert.match(sent.stderr, /^ {6}@carol signs from now on, fingerprint [0-9a-f]{64}$/m);
    assert.match(sent.stderr, /^accepted: event rotate holds the change$/m);
    assert.match(
      sent.stdout,
      /^root version 2, by the keys of version 1: 1 of 2 signatures; @root2 or @root3 is missing$/m,
    );
    assert.match(sent.stderr, /they sign with: tuf-on-git sign rotate/);
    const status = await work.ok('status');
    assert.match(status, /^nothing is drafted$/m);
    assert.match(status, /^ {2}rotate: root version 1 → 2/m);
    const root2 = await kit.clone('root2', 'root2');
    await root2.ok('sign', 'rotate', '--yes');
  });

  it('is made on main as it is now, whatever the workspace has', async () => {
    const other = await kit.clone('other', 'root1', 'root2');
    await other.ok('role', 'set', 'root', '--renew');
    await other.ok('sign', '--yes');
    await other.ok('push');
    const sent = await work.refused(4, 'workspace.waiting', ...rotate(), '--yes');
    assert.match(sent.stderr, /^root: version 2 → 3/m);
  });

  it('leaves nothing behind after a no, or with keys that may not sign it', async () => {
    const { ask } = scriptedCli(work.dir, ['n']);
    assert.equal((await work.ask(ask, ...rotate())).status, 4);
    assert.match(await work.ok('status'), /^nothing is drafted$/m);
    const alice = await kit.clone('alice', 'alice');
    await alice.refused(2, 'workspace.not-allowed', ...rotate(), '--yes');
    await alice.refused(2, 'usage.argument', ...rotate(), '--yes', '--event', 'No such name');
    assert.match(await alice.ok('status'), /^nothing is drafted$/m);
  });

  it('takes a role away, or brings one', async () => {
    const admin = await kit.clone('admin', 'admin');
    await admin.ok('role', 'remove', 'bob', '--event', 'bob-leaves', '--yes');
    const add = ['role', 'add', 'new', '--key', kit.publicKey('carol'), '--paths', 'new/*'];
    const sent = await admin.refused(4, 'workspace.waiting', ...add, '--event', 'new', '--yes');
    assert.match(sent.stdout, /^new version 1: 0 of 1 signature; @carol is missing$/m);
  });
});

import assert from 'node:assert/strict';
import type { JsonObject } from '../../core/metadata/json.ts';
import { eventWorkspaces, type EventWorkspaces } from '../kit/event-workspaces.ts';
import { livesFor, release, remake, withRoles, type EventChange } from '../kit/signing-events.ts';
import { entryOf, people, putTarget } from '../kit/source-tree.ts';
import type { Workspaces } from '../kit/workspaces.ts';

const { root1, root2, admin, alice, bob, carol } = people;

interface Role {
  readonly signed: JsonObject;
  readonly signatures: readonly { readonly keyid: string }[];
}

describe('an event whose roles main has moved on', () => {
  let events: EventWorkspaces;
  let kit: Workspaces;
  beforeEach(async () => {
    events = await eventWorkspaces();
    ({ kit } = events);
  });
  afterEach(() => kit.remove());

  async function started(change: EventChange): Promise<void> {
    const run = await events.pushes.push('one', change);
    assert.equal(run.status, 0, run.stderr);
  }
  async function landed(change: EventChange): Promise<void> {
    const run = await events.pushes.pushMain(change);
    assert.equal(run.status, 0, run.stderr);
  }
  const onEvent = async (role: string) =>
    JSON.parse(await events.onEvent('one', `metadata/${role}.json`)) as Role;
  const signersOf = ({ signatures }: Role) => signatures.map(({ keyid }) => keyid);

  it('is made again only as far as it must, with what both sides changed', async () => {
    await started((tree) => {
      release(tree, 'alice', '1.1', alice);
      remake(tree, 'targets', [admin]);
    });
    const before = await onEvent('targets');
    await landed((tree) => release(tree, 'alice', '1.2', alice, carol));
    const work = await kit.clone('carol', 'carol');
    const run = await work.refused(4, 'workspace.waiting', 'sign', 'one', '--yes');
    assert.match(run.stderr, /^alice is made again as version 4: main has version 3 by now$/m);
    assert.match(run.stderr, /^ {2}what @alice signed of it is to be signed again$/m);
    assert.match(run.stderr, /\+ target alice-project\/tool\/1\.1\/tool\.tgz/);
    assert.doesNotMatch(run.stderr, /target alice-project\/tool\/1\.2/);
    const again = await onEvent('alice');
    assert.equal(again.signed['version'], 4);
    assert.deepEqual(
      Object.keys(again.signed['targets'] as JsonObject).filter((path) => !path.includes('/1.0')),
      ['alice-project/tool/1.2/tool.tgz', 'alice-project/tool/1.1/tool.tgz'],
    );
    assert.deepEqual(signersOf(again), [carol.keyid]);
    const other = await onEvent('targets');
    assert.deepEqual(other.signed, before.signed);
    assert.deepEqual(signersOf(other), [admin.keyid, carol.keyid]);
    const last = await (await kit.clone('alice', 'alice')).run('sign', 'one', '--yes');
    assert.match(last.stdout, /^alice version 4: 2 of 2 signatures$/m);
  });

  it('is not made again where both sides say something else of one target', async () => {
    const path = 'alice-project/tool/1.1/tool.tgz';
    await started((tree) => release(tree, 'alice', '1.1', alice));
    await landed((tree) => {
      putTarget(tree, path, 'another tool');
      remake(tree, 'alice', [alice, carol], (signed) => ({
        ...signed,
        targets: { ...(signed['targets'] as JsonObject), [path]: entryOf(tree, path) },
      }));
    });
    const work = await kit.clone('carol', 'carol');
    const run = await work.refused(1, 'role.version-not-next', 'sign', 'one', '--yes');
    assert.match(run.stderr, new RegExp(`main and the event both change targets/${path}`));
    assert.match(run.stderr, /tuf-on-git push one --replace/);
    const status = await work.ok('status', '--fetch');
    assert.match(status, /next: draft alice anew on what main has, and: tuf-on-git push one/);
  });

  it('keeps a key that came and a key that went of one role', async () => {
    const people =
      (...keys: { keyid: string }[]) =>
      (signed: JsonObject) =>
        withRoles(signed, (roles) =>
          roles.map((role) =>
            role['name'] === 'bob' ? { ...role, keyids: keys.map(({ keyid }) => keyid) } : role,
          ),
        );
    await started((tree) => remake(tree, 'targets', [admin], people(bob, carol)));
    await landed((tree) => remake(tree, 'targets', [admin, carol], people(bob, alice)));
    const work = await kit.clone('carol', 'carol');
    await work.refused(4, 'workspace.waiting', 'sign', 'one', '--yes');
    const { roles } = (await onEvent('targets')).signed['delegations'] as { roles: JsonObject[] };
    assert.deepEqual(
      roles.find(({ name }) => name === 'bob')?.['keyids'],
      [bob, alice, carol].map(({ keyid }) => keyid),
    );
  });

  it('is signed in a workspace that main has left behind with a new root, which goes on', async () => {
    const work = await kit.clone('alice', 'alice');
    await landed((tree) => remake(tree, 'root', [root1, root2], livesFor(100)));
    await started((tree) => release(tree, 'alice', '1.1', carol));
    await work.ok('sign', 'one', '--yes');
    await work.ok('status', '--fetch');
    const more = await work.file('more.tgz', 'more');
    await work.ok('add', 'alice-project/tool/1.2/tool.tgz', more);
  });

  it('goes on as the root after that of main, with none of its own between', async () => {
    await started((tree) => remake(tree, 'root', [root1], livesFor(100)));
    await landed((tree) => remake(tree, 'root', [root1, root2], livesFor(200)));
    const work = await kit.clone('root', 'root2');
    const run = await work.refused(4, 'workspace.waiting', 'sign', 'one', '--yes');
    assert.match(run.stderr, /^root is made again as version 4: main has version 3 by now$/m);
    const root = await onEvent('root');
    assert.equal(root.signed['version'], 4);
    assert.deepEqual(signersOf(root), [root2.keyid]);
    const onMain = await kit.onMain('metadata/root_history/3.root.json');
    assert.equal(await events.onEvent('one', 'metadata/root_history/3.root.json'), onMain);
    const last = await (await kit.clone('other', 'root1')).run('sign', 'one', '--yes');
    assert.equal(last.status, 0, last.stderr);
  });

  it('has a role made again by those to whom it is given', async () => {
    await started((tree) =>
      remake(tree, 'targets', [admin, carol], (signed) =>
        withRoles(signed, (roles) =>
          roles.map((role) => (role['name'] === 'bob' ? { ...role, keyids: [carol.keyid] } : role)),
        ),
      ),
    );
    const work = await kit.clone('carol', 'carol');
    const run = await work.run('sign', 'one', '--yes');
    assert.equal(run.status, 0, run.stderr);
    assert.match(run.stderr, /^bob is made again: it lacks signatures by those who sign it now$/m);
    assert.deepEqual(signersOf(await onEvent('bob')), [carol.keyid]);
  });
});

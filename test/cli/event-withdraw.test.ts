import assert from 'node:assert/strict';
import type { JsonObject } from '../../core/metadata/json.ts';
import { eventWorkspaces, type EventWorkspaces } from '../kit/event-workspaces.ts';
import { scriptedCli } from '../kit/scripted-cli.ts';
import { addSignatures, putInvitations, release, remake } from '../kit/signing-events.ts';
import { people } from '../kit/source-tree.ts';
import type { MaintainerWorkspace, Workspaces } from '../kit/workspaces.ts';

const { admin, alice, carol } = people;
const invitation = { role: 'targets', slot: 1 };

describe('an event that a maintainer withdraws', () => {
  let events: EventWorkspaces;
  let kit: Workspaces;
  let work: MaintainerWorkspace;
  before(async () => {
    events = await eventWorkspaces();
    ({ kit } = events);
    work = await kit.clone('alice', 'alice');
  });
  after(() => kit.remove());

  async function started(name: string): Promise<void> {
    const run = await events.pushes.push(name, (tree) => {
      release(tree, 'alice', '1.1', alice);
      remake(tree, 'targets', [admin]);
      putInvitations(tree, invitation);
    });
    assert.equal(run.status, 0, run.stderr);
  }

  const stateOf = async (name: string) =>
    JSON.parse(await events.onEvent(name, '.signing-event-state')) as JsonObject;

  it('takes nothing more, and says so to whoever would sign', async () => {
    await started('one');
    const run = await work.run('event', 'withdraw', 'one', '--yes');
    assert.equal(run.status, 0, run.stderr);
    assert.match(run.stdout, /^withdrawn: one$/m);
    assert.match(run.stderr, /^event one ends for good$/m);
    assert.match(run.stderr, /^ {2}alice version 3, as it is there, never lands, under no name$/m);
    assert.match(run.stderr, /^ {2}targets version 3 can be pushed again, as another event$/m);
    assert.match(run.stderr, /^ {2}to be signed by @alice$/m);
    const other = await kit.freshClone('carol');
    assert.match(await other.ok('status'), /one: .*\n( {4}.*\n)* {4}it is withdrawn now/);
    assert.doesNotMatch(await other.ok('status'), /next: tuf-on-git sign one/);
    await other.refused(1, 'event.withdrawn', 'sign', 'one', '--yes');
    await work.refused(1, 'event.withdrawn', 'event', 'withdraw', 'one', '--yes');
    const byHand = await events.pushes.push('one', (tree) => addSignatures(tree, 'alice', carol));
    assert.deepEqual(kit.gated.refusals(byHand), ['event.form']);
  });

  it('keeps what its state said before', async () => {
    await started('two');
    const answer = await work.ok('event', 'withdraw', 'two', '--yes', '--json');
    const { by } = JSON.parse(answer) as { by: string };
    const { invitations, withdrawal } = await stateOf('two');
    assert.deepEqual(invitations, [invitation]);
    assert.equal((withdrawal as JsonObject)['keyid'], by);
    assert.equal(by, alice.keyid);
  });

  it('goes on after a no', async () => {
    await started('three');
    await work.refused(2, 'usage.no-terminal', 'event', 'withdraw', 'three');
    const { ask, asked } = scriptedCli(work.dir, ['n']);
    const run = await work.ask(ask, 'event', 'withdraw', 'three');
    assert.equal(run.status, 4, run.stderr);
    assert.deepEqual(asked, ['Withdraw it?']);
    assert.equal((await stateOf('three'))['withdrawal'], undefined);
  });

  it('is none of those whose keys sign nothing in it', async () => {
    await started('four');
    const stranger = await kit.freshClone('root1');
    const args = ['event', 'withdraw', 'four', '--yes'];
    const run = await stranger.refused(2, 'workspace.not-allowed', ...args);
    assert.match(run.stderr, /the operator can withdraw it/);
    await work.refused(2, 'usage.argument', 'event', 'withdraw', 'nothing', '--yes');
  });

  it('is ended by the key that ends most of it', async () => {
    await started('five');
    const both = await kit.freshClone('alice', 'carol');
    const run = await both.run('event', 'withdraw', 'five', '--yes');
    assert.equal(run.status, 0, run.stderr);
    assert.match(run.stderr, /^ {2}targets version 3, as it is there, never lands/m);
    assert.match(run.stderr, /^ {2}to be signed by @carol$/m);
  });
});

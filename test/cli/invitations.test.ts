import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { JsonObject } from '../../core/metadata/json.ts';
import { eventWorkspaces, type EventWorkspaces } from '../kit/event-workspaces.ts';
import { scriptedCli } from '../kit/scripted-cli.ts';
import { release, remake } from '../kit/signing-events.ts';
import { people } from '../kit/source-tree.ts';
import type { Workspaces } from '../kit/workspaces.ts';

const { admin, alice, carol, stranger } = people;

describe('invitations to sign a role', () => {
  let events: EventWorkspaces;
  let kit: Workspaces;
  let count = 0;
  before(async () => {
    events = await eventWorkspaces();
    ({ kit } = events);
  });
  after(() => kit.remove());

  const newName = (): string => `joins-${(count += 1)}`;
  const slotsOf = async (event: string) => {
    const state = await events.onEvent(event, '.signing-event-state');
    return (JSON.parse(state) as { invitations: JsonObject[] }).invitations;
  };
  /** By somebody without any key. */
  async function invited(role = 'bob', owner = '@carol'): Promise<string> {
    const event = newName();
    await (await kit.freshClone()).ok('role', 'invite', role, owner, '--event', event);
    return event;
  }

  it('start an event, and ask for no signature', async () => {
    const event = newName();
    const work = await kit.freshClone();
    const run = await work.run('role', 'invite', 'bob', '@carol', '--event', event);
    assert.equal(run.status, 0, run.stderr);
    assert.match(run.stderr, /^server: .*bob: invitation 1 for @carol is open$/m);
    assert.match(run.stderr, new RegExp(`next: @carol runs: tuf-on-git accept ${event}`));
    assert.deepEqual(await slotsOf(event), [{ role: 'bob', slot: 1, owner: '@carol' }]);
    const status = await work.ok('status', '--fetch');
    assert.match(status, /^ {4}bob: invitation 1 for @carol is open$/m);
  });

  it('are accepted with a key, its proof, and no other signature', async () => {
    const event = await invited();
    const work = await kit.freshClone();
    const args = ['accept', event, '--key', kit.keyUri('carol')];
    const run = await work.run(...args, '--yes');
    assert.equal(run.status, 0, run.stderr);
    assert.match(run.stderr, /invitation 1 to sign bob is filled\n {2}with @carol, ed25519, /);
    assert.match(
      run.stdout,
      new RegExp(`^bob: accepted, .* fingerprint ${carol.fingerprint}$`, 'm'),
    );
    const [slot] = await slotsOf(event);
    assert.deepEqual(slot?.['key'], carol.json);
    const settings = await readFile(path.join(work.dir, '.git/tuf-on-git/settings.json'), 'utf8');
    assert.ok(settings.includes(kit.keyUri('carol')), 'the key signs here from now on');
    await work.refused(2, 'usage.argument', ...args, '--yes');
  });

  it('are not accepted by somebody else, nor after a no', async () => {
    const event = await invited();
    const other = await kit.freshClone('bob', 'stranger');
    const run = await other.refused(2, 'usage.argument', 'accept', event, '--yes');
    assert.match(run.stderr, /it invites @carol to bob, not @bob, @stranger/);
    const work = await kit.freshClone('carol');
    await work.refused(2, 'usage.no-terminal', 'accept', event);
    const { ask, asked } = scriptedCli(work.dir, ['n']);
    assert.equal((await work.ask(ask, 'accept', event)).status, 4);
    assert.deepEqual(asked, ['Accept?']);
    assert.deepEqual(await slotsOf(event), [{ role: 'bob', slot: 1, owner: '@carol' }]);
  });

  it('are for people who do not sign the role yet, one for each', async () => {
    const work = await kit.freshClone();
    const event = ['--event', newName()];
    const invite = (...args: string[]) => ['role', 'invite', ...args, ...event];
    await work.refused(2, 'usage.argument', ...invite('alice', '@carol'));
    await work.refused(2, 'usage.argument', ...invite('nothing', '@carol'));
    await work.refused(2, 'usage.argument', ...invite('snapshot', '@carol'));
    await work.refused(2, 'usage.argument', ...invite('bob', 'carol'));
    await work.ok(...invite('bob', '@carol'));
    await work.refused(2, 'usage.argument', ...invite('bob', '@carol'));
  });

  describe('that were accepted', () => {
    async function accepted(): Promise<string> {
      const event = await invited('bob', '@stranger');
      await (
        await kit.freshClone()
      ).ok(...['accept', event, '--key', kit.keyUri('stranger'), '--yes']);
      return event;
    }
    const shown = new RegExp(
      `^invitation 1 to sign bob was filled with @stranger, ed25519, fingerprint ${stranger.fingerprint}$`,
      'm',
    );

    it('are taken in by those who sign the delegator, who see the fingerprint first', async () => {
      const event = await accepted();
      const work = await kit.freshClone('admin');
      const { ask, asked } = scriptedCli(work.dir, ['y']);
      const run = await work.ask(ask, 'sign', event);
      assert.equal(run.status, 4, run.stderr);
      assert.deepEqual(asked, ['Sign this?']);
      assert.match(run.stderr, shown);
      assert.match(run.stderr, /^ {2}ask @stranger for that fingerprint, and not by this server/m);
      assert.match(run.stderr, /signed by 1 of 2: @bob, @stranger$/m);
      assert.match(run.stdout, /^targets version 3: 1 of 2 .*; @bob or @carol is missing$/m);
      const other = await kit.freshClone('carol');
      const last = await other.run('sign', event, '--yes');
      assert.equal(last.status, 0, last.stderr);
      assert.match(last.stderr, /signed by 1 of 2: @bob, @stranger$/m);
    });

    it('are not taken in unseen', async () => {
      const event = await accepted();
      const work = await kit.freshClone('admin');
      const refused = await work.refused(2, 'workspace.nothing-to-do', 'sign', event, '--yes');
      assert.match(refused.stderr, new RegExp(`--take-in ${stranger.fingerprint}`));
      const wrong = ['sign', event, '--yes', '--take-in', carol.fingerprint];
      await work.refused(2, 'workspace.nothing-to-do', ...wrong);
      const right = ['sign', event, '--yes', '--take-in', stranger.fingerprint];
      const run = await work.refused(4, 'workspace.waiting', ...right);
      assert.match(run.stderr, shown);
    });

    it('are nobody else’s to take in', async () => {
      const event = await accepted();
      const work = await kit.freshClone('alice');
      await work.refused(2, 'workspace.nothing-to-do', 'sign', event);
    });

    it('join what the delegator says in the event already, which is signed again', async () => {
      const event = await accepted();
      await events.pushes.push(event, (tree) => remake(tree, 'targets', [carol]));
      const work = await kit.freshClone('admin');
      const right = ['sign', event, '--yes', '--take-in', stranger.fingerprint];
      const run = await work.refused(4, 'workspace.waiting', ...right);
      assert.match(run.stderr, /what @carol signed of it is to be signed again/);
    });
  });

  describe('to an event that is open', () => {
    async function started(): Promise<string> {
      const event = newName();
      const run = await events.pushes.push(event, (tree) => release(tree, 'alice', '1.1', alice));
      assert.equal(run.status, 0, run.stderr);
      return event;
    }

    it('go with a version of the delegator that is signed for them', async () => {
      const event = await started();
      const args = ['role', 'invite', 'bob', '@carol', '--event', event];
      await (await kit.freshClone()).refused(2, 'workspace.no-key', ...args);
      await (await kit.freshClone('alice')).refused(2, 'workspace.not-allowed', ...args, '--yes');
      const run = await (await kit.freshClone('admin')).run(...args, '--yes');
      assert.equal(run.status, 0, run.stderr);
      assert.match(run.stderr, /^targets: version 2 → 3[^]*to be signed by @admin$/m);
      assert.match(run.stderr, /alice version 3: 1 of 2 signatures; @carol is missing/);
      assert.deepEqual(await slotsOf(event), [{ role: 'bob', slot: 1, owner: '@carol' }]);
    });

    it('are refused where the event would land before anybody accepts', async () => {
      const event = newName();
      await events.pushes.push(event, (tree) => remake(tree, 'targets', [admin]));
      const work = await kit.freshClone('admin', 'bob');
      const args = ['role', 'invite', 'bob', '@carol', '--event', event, '--yes'];
      const run = await work.refused(2, 'usage.argument', ...args);
      assert.match(run.stderr, /it would land at once, before anybody accepts/);
    });
  });
});

/** A server that lies to the person who signs: each lie is refused, or stands there in words. */
import assert from 'node:assert/strict';
import path from 'node:path';
import { draftRelease, eventWorkspaces, type EventWorkspaces } from '../kit/event-workspaces.ts';
import type { JsonObject } from '../../core/metadata/json.ts';
import { scriptedCli } from '../kit/scripted-cli.ts';
import { release, remake } from '../kit/signing-events.ts';
import { keysOf, makeKey, people } from '../kit/source-tree.ts';
import type { MaintainerWorkspace, Workspaces } from '../kit/workspaces.ts';

const { admin, alice } = people;

describe('a server that goes back to an older main', () => {
  let events: EventWorkspaces;
  let kit: Workspaces;
  let carol: MaintainerWorkspace;
  let newest: string;
  beforeEach(async () => {
    events = await eventWorkspaces();
    ({ kit } = events);
    await events.pushes.push('release-1', (tree) => {
      release(tree, 'alice', '1.1', alice);
    });
    carol = await kit.clone('carol', 'carol');
    newest = await kit.gated.sandbox.ok(['rev-parse', 'main']);
    await kit.gated.sandbox.ok(['update-ref', 'refs/heads/main', 'main~1']);
  });
  afterEach(() => kit.remove());

  it('gets no signature, no push and no word about what is open', async () => {
    const target = 'alice-project/tool/1.2/tool.tgz';
    const file = await carol.file('tool', 'a tool');
    const commands = [
      ['status', '--fetch'],
      ['sign', 'release-1', '--yes'],
      ['status'],
      ['add', target, file, '--role', 'alice'],
      ['upload', file, '--to', path.posix.dirname(target), '--yes'],
      ['push'],
    ];
    for (const args of commands) {
      const { stderr } = await carol.refused(1, 'rollback.main', ...args);
      assert.match(stderr, new RegExp(`without ${newest.slice(0, 12)}, which it had before`));
    }
  });

  it('or to another one that verifies as well', async () => {
    const { clone, sandbox } = kit.gated;
    await clone.ok('checkout', '--quiet', '-B', 'work', 'origin/main~1');
    const other = await clone.commit('another history');
    await sandbox.ok(['fetch', '--quiet', clone.dir, `+${other}:refs/heads/main`]);
    await carol.refused(1, 'rollback.main', 'status', '--fetch');
  });

  it('is believed again as soon as it shows what it had', async () => {
    await draftRelease(carol, '2.0');
    await carol.refused(1, 'rollback.main', 'status', '--fetch');
    await kit.gated.sandbox.ok(['update-ref', 'refs/heads/main', newest]);
    assert.match(await carol.ok('status', '--fetch'), /alice: version \d → \d/);
  });

  it('is not believed by a workspace that had seen the newer one by a push of its own', async () => {
    await kit.gated.sandbox.ok(['update-ref', 'refs/heads/main', newest]);
    const bob = await kit.clone('bob', 'bob');
    await bob.ok(
      'add',
      'bob-project/app/3/app.bin',
      await bob.file('app', 'an app'),
      '--role',
      'bob',
    );
    await bob.ok('sign', '--yes');
    await bob.ok('push');
    await kit.gated.sandbox.ok(['update-ref', 'refs/heads/main', newest]);
    await bob.refused(1, 'rollback.main', 'status', '--fetch');
  });
});

/** Somebody whose signature counts has signed it, so the rules cannot refuse it: only the words can tell. */
describe('an event that asks for a signature shows', () => {
  let events: EventWorkspaces;
  let kit: Workspaces;
  let bob: MaintainerWorkspace;
  before(async () => {
    events = await eventWorkspaces();
    ({ kit } = events);
    bob = await kit.clone('bob', 'bob');
  });
  after(() => kit.remove());

  /** What bob is shown of an event in which the admin changed targets, before he says no. */
  async function shown(event: string, change: (signed: JsonObject) => JsonObject): Promise<string> {
    const { status, stderr } = await events.pushes.push(event, (tree) => {
      remake(tree, 'targets', [admin], change);
    });
    assert.equal(status, 0, stderr);
    const { ask } = scriptedCli(bob.dir, ['n']);
    const run = await bob.ask(ask, 'sign', event);
    assert.equal(run.status, 4, run.stderr);
    return run.stderr;
  }

  const delegations = (signed: JsonObject) =>
    signed['delegations'] as { keys: JsonObject; roles: JsonObject[] };

  it('paths that were widened', async () => {
    const text = await shown('wider', (signed) => ({
      ...signed,
      delegations: {
        ...delegations(signed),
        roles: delegations(signed).roles.map((role) =>
          role['name'] === 'bob' ? { ...role, paths: ['bob-project/*/*/*', '*/*'] } : role,
        ),
      },
    }));
    assert.match(text, /^ {2}~ delegation to bob\n {6}WIDER, also for \*\/\*$/m);
  });

  it('a key that was swapped for another of the same name', async () => {
    const other = makeKey('@bob');
    const text = await shown('swapped', (signed) => {
      const { keys, roles } = delegations(signed);
      const keyids = [other.keyid];
      return {
        ...signed,
        delegations: {
          keys: { ...keys, ...keysOf(other) },
          roles: roles.map((role) => (role['name'] === 'bob' ? { ...role, keyids } : role)),
        },
      };
    });
    assert.match(text, new RegExp(`@bob signs with ANOTHER KEY, fingerprint ${other.fingerprint}`));
  });

  it('a field that it has no words for', async () => {
    const text = await shown('strange', (signed) => ({ ...signed, 'x-strange': 'thing' }));
    assert.match(text, /\+ x-strange: thing {2}\(NOT KNOWN to this version/);
  });
});

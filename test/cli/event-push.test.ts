import assert from 'node:assert/strict';
import { access, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { RoleSignature } from '../../core/metadata/document.ts';
import { draftRelease, eventWorkspaces, type EventWorkspaces } from '../kit/event-workspaces.ts';
import { gitServer, tokenOfAlice } from '../kit/git-server.ts';
import { cloneAt } from '../kit/git.ts';
import { remake } from '../kit/signing-events.ts';
import { people } from '../kit/source-tree.ts';
import { workspaceAt, type MaintainerWorkspace, type Workspaces } from '../kit/workspaces.ts';

describe('drafts pushed as a signing event', () => {
  let events: EventWorkspaces;
  let kit: Workspaces;
  beforeEach(async () => {
    events = await eventWorkspaces();
    ({ kit } = events);
  });
  afterEach(() => kit.remove());

  const eventsOnServer = () =>
    kit.gated.sandbox.ok(['for-each-ref', '--format=%(refname:short)', 'refs/heads/sign']);

  async function signatures(event: string, role: string): Promise<number> {
    const text = await events.onEvent(event, `metadata/${role}.json`);
    return (JSON.parse(text) as { signatures: RoleSignature[] }).signatures.length;
  }

  async function isAtMain(work: MaintainerWorkspace): Promise<void> {
    const git = cloneAt(work.dir);
    assert.equal(await git.ok('rev-parse', 'HEAD'), await git.ok('rev-parse', 'origin/main'));
    assert.equal(await git.ok('status', '--porcelain'), '');
  }

  it('leave the workspace at main, with everything in the event', async () => {
    const alice = await kit.clone('alice', 'alice');
    const target = await draftRelease(alice, '1.1.0');
    await alice.refused(4, 'workspace.waiting', 'push', 'one');
    await isAtMain(alice);
    await assert.rejects(access(path.join(alice.dir, 'targets', target)), { code: 'ENOENT' });
    assert.equal(await events.onEvent('one', `targets/${target}`), 'tool 1.1.0');
    assert.equal(
      await kit.gated.sandbox.ok(['rev-parse', 'sign/one^']),
      await kit.gated.sandbox.ok(['rev-parse', 'main']),
    );
  });

  it('follow main, when it has moved on elsewhere', async () => {
    const alice = await kit.clone('alice', 'alice');
    await draftRelease(alice, '1.1.0');
    await events.pushes.pushMain((tree) => {
      remake(tree, 'bob', [people.bob]);
    });
    await alice.refused(4, 'workspace.waiting', 'push', 'one');
    await isAtMain(alice);
    assert.equal(await signatures('one', 'alice'), 1);
  });

  it('are an event even where no signature is missing, when a name is given', async () => {
    const both = await kit.clone('both', 'alice', 'carol');
    const target = 'alice-project/tool/1.1.0/tool.tgz';
    await both.ok('add', target, await both.file('tool', 'tool'), '--role', 'alice');
    await both.ok('sign', '--yes');
    const answer = JSON.parse(await both.ok('push', 'one', '--json')) as { isComplete: boolean };
    assert.equal(answer.isComplete, true);
    await isAtMain(both);
  });

  it('join what others have signed of the same payload', async () => {
    const [alice, carol] = [await kit.clone('alice', 'alice'), await kit.clone('carol', 'carol')];
    await draftRelease(alice, '1.1.0');
    const git = cloneAt(alice.dir);
    const mine = path.join(carol.dir, 'metadata/alice.json');
    await writeFile(mine, await readFile(path.join(alice.dir, 'metadata/alice.json')));
    await git.ok('checkout-index', '--all', '--force', `--prefix=${carol.dir}/`);
    await alice.refused(4, 'workspace.waiting', 'push', 'one');
    // Carol signs what she was given by hand, with alice's signature taken out.
    const document = JSON.parse(await readFile(mine, 'utf8')) as { signatures: RoleSignature[] };
    await writeFile(mine, JSON.stringify({ ...document, signatures: [] }));
    await carol.refused(4, 'workspace.waiting', 'sign', '--yes');
    const run = await carol.run('push', 'one');
    assert.equal(run.status, 0, run.stderr);
    assert.match(run.stderr, /event one is open: the drafts are added to it/);
    assert.equal(await signatures('one', 'alice'), 2);
  });

  it('do not take the place of what others have signed, unless told to', async () => {
    const [alice, carol] = [await kit.clone('alice', 'alice'), await kit.clone('carol', 'carol')];
    await draftRelease(alice, '1.1.0');
    await alice.refused(4, 'workspace.waiting', 'push', 'one');
    const target = await draftRelease(carol, '1.1.1');
    const refused = await carol.refused(2, 'workspace.base', 'push', 'one');
    assert.match(refused.stderr, /event one changes alice otherwise, signed by @alice/);
    assert.match(await carol.ok('status'), /alice: version 2 → 3, 1 of 2 signatures/);
    await carol.refused(4, 'workspace.waiting', 'push', 'one', '--replace');
    assert.equal(await events.onEvent('one', `targets/${target}`), 'tool 1.1.1');
    assert.equal(await signatures('one', 'alice'), 1);
    await isAtMain(carol);
  });

  it('make a role again that main has moved on, and the event can be signed once more', async () => {
    const [alice, carol] = [await kit.clone('alice', 'alice'), await kit.clone('carol', 'carol')];
    await draftRelease(alice, '1.1.0');
    await alice.refused(4, 'workspace.waiting', 'push', 'one');
    const { alice: one, carol: other } = people;
    await events.pushes.pushMain((tree) => {
      remake(tree, 'alice', [one, other]);
    });
    await alice.ok('status', '--fetch');
    await draftRelease(alice, '1.1.0');
    await alice.refused(4, 'workspace.waiting', 'push', 'one');
    assert.match(await carol.ok('sign', 'one', '--yes'), /alice version 4: 2 of 2 signatures/);
  });

  it('are refused before they are sent, and stay, where main has the same role anew', async () => {
    const alice = await kit.clone('alice', 'alice');
    await draftRelease(alice, '1.1.0');
    const { alice: one, carol } = people;
    await events.pushes.pushMain((tree) => {
      remake(tree, 'alice', [one, carol]);
    });
    await alice.refused(2, 'workspace.base', 'push', 'one');
    assert.match(await alice.ok('status'), /alice: version 2 → 3, 1 of 2 signatures/);
    assert.equal(await eventsOnServer(), '');
  });

  it('stay as they were when the hook refuses them', async () => {
    const alice = await kit.clone('alice', 'alice');
    await draftRelease(alice, '1.1.0');
    const before = await alice.ok('status', '--json');
    await kit.gated.sandbox.hook(
      'pre-receive',
      'echo "tuf-on-git: notice [path.now-shadowed] a: b" >&2; echo "tuf-on-git: refused [event.too-many] a: b" >&2; exit 1',
    );
    await alice.refused(1, 'event.too-many', 'push', 'one');
    assert.equal(await alice.ok('status', '--json'), before);
  });

  it('are needed, and committed, and under a good name', async () => {
    const alice = await kit.clone('alice', 'alice');
    await alice.refused(2, 'workspace.nothing-to-do', 'push', 'one');
    const target = 'alice-project/tool/1.1.0/tool.tgz';
    await alice.ok('add', target, await alice.file('tool', 'tool'), '--role', 'alice');
    await alice.refused(2, 'workspace.dirty', 'push', 'one');
    await alice.refused(4, 'workspace.waiting', 'sign', '--yes');
    for (const name of ['', 'a/b', '../main', '-x', 'a..b', 'a.lock', 'a b', 'x'.repeat(65)]) {
      await alice.refused(2, 'usage.argument', 'push', '--', name);
    }
    await alice.refused(2, 'usage.argument', 'push', '--replace');
    const waiting = await alice.refused(4, 'workspace.waiting', 'push');
    assert.match(waiting.stderr, /tuf-on-git push EVENT/);
    assert.equal(await eventsOnServer(), '');
  });

  it('go over HTTP just as well, and so does what the other signs', async () => {
    const server = await gitServer(kit.gated.sandbox.bare);
    const token = path.join(kit.dir, 'token');
    await writeFile(token, tokenOfAlice, { mode: 0o600 });
    const clone = async (name: 'alice' | 'carol', ...more: string[]) => {
      const pin = ['--root', path.join(kit.dir, 'root.json'), '--key', kit.keyUri(name)];
      const made = await kit.run(kit.dir, 'clone', server.url, `web-${name}`, ...pin, ...more);
      assert.equal(made.status, 0, made.stderr);
      return workspaceAt(path.join(kit.dir, `web-${name}`));
    };
    try {
      const [alice, carol] = [await clone('alice', '--token-file', token), await clone('carol')];
      await draftRelease(alice, '1.1.0');
      const pushed = await alice.refused(4, 'workspace.waiting', 'push', 'one');
      assert.match(pushed.stderr, /^server: .*alice version 3: 1 of 2 signatures/m);
      await isAtMain(alice);
      await carol.refused(1, 'repository.refused', 'sign', 'one', '--yes');
      const signed = await carol.run('sign', 'one', '--yes', '--token-file', token);
      assert.equal(signed.status, 0, signed.stderr);
      assert.equal(await signatures('one', 'alice'), 2);
      await kit.gated.sandbox.ok(['update-ref', '-d', 'refs/heads/sign/one']);
      assert.doesNotMatch(await alice.ok('status', '--fetch'), /signing events/);
    } finally {
      await server.close();
    }
  });
});

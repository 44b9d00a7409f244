/** What somebody who holds the server could put before a co-signer: none of it gets a signature. */
import assert from 'node:assert/strict';
import type { Code } from '../../core/error/codes.ts';
import { formatDocument, type RoleSignature } from '../../core/metadata/document.ts';
import type { JsonObject } from '../../core/metadata/json.ts';
import { eventWorkspaces, type EventWorkspaces } from '../kit/event-workspaces.ts';
import { writeTree } from '../kit/gated-repository.ts';
import { livesFor, redraft, release, remake } from '../kit/signing-events.ts';
import {
  delegationTo,
  entryOf,
  inDays,
  keysOf,
  people,
  putTarget,
  type Tree,
} from '../kit/source-tree.ts';
import type { MaintainerWorkspace, Workspaces } from '../kit/workspaces.ts';

const { admin, alice, bob, root1, root2, stranger } = people;

describe('a co-signer signs nothing of', () => {
  let events: EventWorkspaces;
  let kit: Workspaces;
  let work: MaintainerWorkspace;
  before(async () => {
    events = await eventWorkspaces();
    ({ kit } = events);
    work = await kit.clone('carol', 'carol', 'bob');
  });
  after(() => kit.remove());

  /** Puts files onto a branch of the server, past every hook. */
  async function plant(ref: string, from: string, change: (tree: Tree) => void): Promise<string> {
    const { clone, sandbox } = kit.gated;
    const tree = await events.pushes.tree();
    await clone.ok('checkout', '--quiet', '--force', '-B', 'work', from);
    change(tree);
    await writeTree(clone.dir, tree);
    const oid = await clone.commit('planted');
    await sandbox.ok(['fetch', '--quiet', clone.dir, `+${oid}:${ref}`]);
    return oid;
  }

  async function refusesEvent(code: Code, status: number, change: (tree: Tree) => void) {
    const oid = await plant('refs/heads/sign/bad', 'origin/main', change);
    await work.refused(status, code, 'sign', 'bad', '--yes');
    assert.equal(await kit.gated.sandbox.ok(['rev-parse', 'sign/bad']), oid);
  }

  it('an event whose payload was changed after it was signed', async () => {
    await refusesEvent('signature.invalid', 1, (tree) => {
      release(tree, 'alice', '1.1', alice);
      tamper(tree, 'alice', (signed) => ({ ...signed, expires: inDays(300) }));
    });
  });

  it('an event into which a delegation was slipped after it was signed', async () => {
    await refusesEvent('signature.invalid', 1, (tree) => {
      remake(tree, 'targets', [admin]);
      tamper(tree, 'targets', (signed) => {
        const delegations = signed['delegations'] as { keys: JsonObject; roles: JsonObject[] };
        const own = delegationTo('alice', stranger, 'alice-project/*/*/*');
        return {
          ...signed,
          delegations: {
            keys: { ...delegations.keys, ...keysOf(stranger) },
            roles: delegations.roles.map((role) => (role['name'] === 'alice' ? own : role)),
          },
        };
      });
    });
  });

  it('a signature by somebody who may not sign', async () => {
    await refusesEvent('signature.unauthorised', 1, (tree) => {
      release(tree, 'alice', '1.1', alice, stranger);
    });
  });

  it('a role of an event that delegates to nobody’s file', async () => {
    await refusesEvent('role.missing', 1, (tree) => {
      remake(tree, 'targets', [admin], (signed) => {
        const delegations = signed['delegations'] as { keys: JsonObject; roles: JsonObject[] };
        const roles = [...delegations.roles, delegationTo('extra', bob, 'extra/*')];
        return { ...signed, delegations: { ...delegations, roles } };
      });
    });
  });

  it('a target whose file is another than the role says', async () => {
    await refusesEvent('target.hash', 1, (tree) => {
      release(tree, 'alice', '1.1', alice);
      putTarget(tree, 'alice-project/tool/1.1/tool.tgz', 'evil 1.1');
    });
    await refusesEvent('target.missing', 1, (tree) => {
      release(tree, 'alice', '1.1', alice);
      tree.delete('targets/alice-project/tool/1.1/tool.tgz');
    });
  });

  it('a target outside of what the role has', async () => {
    await refusesEvent('path.outside-delegation', 1, (tree) => {
      const target = 'bob-project/app/9/app.bin';
      putTarget(tree, target, 'not alice’s');
      remake(tree, 'alice', [alice], (signed) => ({
        ...signed,
        targets: { ...(signed['targets'] as JsonObject), [target]: entryOf(tree, target) },
      }));
    });
  });

  it('a version that is not the next, a century of life, another repository', async () => {
    const changes: [Code, (signed: JsonObject) => JsonObject][] = [
      ['role.version-not-next', (signed) => ({ ...signed, version: 9 })],
      ['role.changed-version', (signed) => ({ ...signed, version: 2, expires: inDays(99) })],
      ['role.lives-too-long', livesFor(36_500)],
      ['role.expired', livesFor(-1)],
      ['role.other-repository', (signed) => ({ ...signed, 'x-tuf-on-git-repository': 'other' })],
    ];
    for (const [code, change] of changes) {
      await refusesEvent(code, 1, (tree) => {
        remake(tree, 'alice', [alice]);
        redraft(tree, 'alice', [alice], change);
      });
    }
  });

  it('files that no metadata names, beside a good role', async () => {
    await refusesEvent('git.ghost-file', 1, (tree) => {
      release(tree, 'alice', '1.1', alice);
      tree.set('metadata/ghost.json', formatDocument({ _type: 'targets' }, []));
    });
  });

  it('a root that does not follow the one that is trusted', async () => {
    await refusesEvent('root.version-not-next', 1, (tree) => {
      remake(tree, 'root', [root1, root2]);
      remake(tree, 'root', [root1, root2]);
      tree.delete('metadata/root_history/3.root.json');
    });
  });

  it('roles that its keys may not sign', async () => {
    const owner = await kit.freshClone('root1');
    await events.pushes.push('alices', (tree) => {
      release(tree, 'alice', '1.2', alice);
    });
    const { stderr } = await owner.refused(2, 'workspace.not-allowed', 'sign', 'alices', '--yes');
    assert.match(stderr, /alice is signed by @alice, @carol/);
    const keyless = await kit.freshClone();
    await keyless.refused(2, 'workspace.no-key', 'sign', 'alices', '--yes');
  });

  it('events that are not there, or could not be', async () => {
    await work.refused(2, 'usage.argument', 'sign', 'nothing', '--yes');
    for (const name of ['a/b', '..', 'a..b', '.a', 'x.lock', 'a\u001b[2J']) {
      const { stderr } = await work.refused(2, 'usage.argument', 'sign', name, '--yes');
      assert.doesNotMatch(stderr, /\u001b/);
    }
  });

  it('an event on a main that does not verify from the root that is trusted here', async () => {
    const main = await kit.gated.sandbox.ok(['rev-parse', 'main']);
    const evil = (tree: Tree) => {
      remake(tree, 'targets', [stranger]);
    };
    await plant('refs/heads/main', 'origin/main', evil);
    await plant('refs/heads/sign/bad', 'work', (tree) => {
      evil(tree);
      release(tree, 'alice', '1.1', alice);
    });
    await work.refused(1, 'role.threshold', 'sign', 'bad', '--yes');
    await kit.gated.sandbox.ok(['update-ref', 'refs/heads/main', main]);
  });

  it('an event that shares no history with main', async () => {
    const { clone, sandbox } = kit.gated;
    await clone.ok('checkout', '--quiet', '--orphan', 'elsewhere');
    await writeTree(clone.dir, await events.pushes.tree());
    const oid = await clone.commit('elsewhere');
    await sandbox.ok(['fetch', '--quiet', clone.dir, `+${oid}:refs/heads/sign/bad`]);
    await work.refused(1, 'git.unrelated-history', 'sign', 'bad', '--yes');
    assert.equal(await sandbox.ok(['rev-parse', 'sign/bad']), oid);
  });
});

/** Another payload under the signatures that are there. */
function tamper(tree: Tree, role: string, change: (signed: JsonObject) => JsonObject): void {
  const file = `metadata/${role}.json`;
  const document = JSON.parse(Buffer.from(tree.get(file) ?? '').toString('utf8')) as {
    signed: JsonObject;
    signatures: RoleSignature[];
  };
  tree.set(file, formatDocument(change(document.signed), document.signatures));
}

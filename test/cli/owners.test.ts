import assert from 'node:assert/strict';
import type { JsonObject } from '../../core/metadata/json.ts';
import { people } from '../kit/source-tree.ts';
import { workspaces, type Workspaces } from '../kit/workspaces.ts';

describe('a project whose owners delegate to its releases', () => {
  let kit: Workspaces;
  before(async () => {
    kit = await workspaces();
    const admin = await kit.clone('admin', 'admin', 'alice', 'bob');
    const paths = ['--paths', 'tools/*/*'];
    await admin.ok('role', 'add', 'tools-owners', '--key', kit.publicKey('alice'), ...paths);
    const delegator = ['--delegator', 'tools-owners'];
    await admin.ok('role', 'add', 'tools', '--key', kit.publicKey('bob'), ...delegator, ...paths);
    await admin.ok('sign', '--yes');
    await admin.ok('push');
  });
  after(() => kit.remove());

  async function signedOnMain(role: string): Promise<JsonObject> {
    const text = await kit.onMain(`metadata/${role}.json`);
    return (JSON.parse(text) as { signed: JsonObject }).signed;
  }

  it('has a maintainer added and another removed without any admin', async () => {
    const targets = await kit.onMain('metadata/targets.json');
    const owner = await kit.clone('owner', 'alice');
    await owner.ok('role', 'set', 'tools', '--add-key', kit.publicKey('carol'));
    await owner.ok('sign', '--yes');
    await owner.ok('push');
    const carol = await kit.clone('carol', 'carol');
    await carol.ok('add', 'tools/1/tool', await carol.file('tool', 'tool'));
    await carol.ok('sign', '--yes');
    await carol.ok('push');
    await owner.ok('status', '--fetch');
    await owner.ok('role', 'set', 'tools', '--remove-key', '@bob');
    await owner.ok('sign', '--yes');
    await owner.ok('push');
    const { roles } = (await signedOnMain('tools-owners'))['delegations'] as {
      roles: JsonObject[];
    };
    assert.deepEqual(roles[0]?.['keyids'], [people.carol.keyid]);
    assert.equal(await kit.onMain('metadata/targets.json'), targets);
  });

  it('cannot be given to its releases what it does not have itself', async () => {
    const owner = await kit.clone('wide', 'alice');
    const paths = ['role', 'set', 'tools', '--paths'];
    await owner.refused(1, 'delegation.wider', ...paths, 'tools/*/*', 'other/*');
    await owner.refused(1, 'delegation.wider', ...paths, 't*/*/*');
  });

  it('does not let those who sign releases change who signs them', async () => {
    const carol = await kit.clone('releases', 'carol');
    await carol.ok('role', 'set', 'tools', '--add-key', kit.publicKey('stranger'));
    const refused = await carol.refused(2, 'workspace.not-allowed', 'sign', '--yes');
    assert.match(refused.stderr, /tools-owners is signed by @alice/);
  });
});

import assert from 'node:assert/strict';
import type { JsonObject } from '../../core/metadata/json.ts';
import { people } from '../kit/source-tree.ts';
import { workspaces, type MaintainerWorkspace, type Workspaces } from '../kit/workspaces.ts';

describe('root set otherwise', () => {
  let kit: Workspaces;
  let work: MaintainerWorkspace;
  beforeEach(async () => {
    kit = await workspaces();
    work = await kit.clone('work', 'root1', 'root2');
  });
  afterEach(() => kit.remove());

  async function rolesOnMain(): Promise<Record<string, JsonObject>> {
    const root = JSON.parse(await kit.onMain('metadata/root.json')) as { signed: JsonObject };
    return root.signed['roles'] as Record<string, JsonObject>;
  }

  it('needs the old threshold of the old keys and the new one of the new keys', async () => {
    const replaced = `@root2=${kit.publicKey('carol')}`;
    const drafted = await work.run(
      ...['role', 'set', 'root', '--replace-key', replaced, '--add-key', kit.publicKey('stranger')],
      ...['--remove-key', '@root3', '--threshold', '3'],
    );
    assert.equal(drafted.status, 0, drafted.stderr);
    const shown = await work.refused(4, 'workspace.waiting', ...kit.signAs('root1'));
    assert.match(shown.stderr, /^root: version 1 → 2 /m);
    assert.match(shown.stderr, /^ {6}more must sign: threshold 2 → 3$/m);
    assert.match(shown.stderr, /^ {6}was signed by 2 of 3: @root1, @root2, @root3$/m);
    assert.match(shown.stderr, /^ {6}signed by 3 of 3: @root1, @carol, @stranger$/m);
    await work.refused(4, 'workspace.waiting', ...kit.signAs('root2'));
    await work.refused(4, 'workspace.waiting', 'push');
    await work.refused(4, 'workspace.waiting', ...kit.signAs('stranger'));
    await work.ok(...kit.signAs('carol'));
    await work.ok('push');
    const { root } = await rolesOnMain();
    assert.equal(root?.['threshold'], 3);
    assert.equal(
      await kit.onMain('metadata/root.json'),
      await kit.onMain('metadata/root_history/2.root.json'),
    );
    const next = await kit.clone('next');
    assert.match(await next.ok('status'), /nothing is drafted/);
  });

  it('gives targets to other keys, and makes targets again in the same change', async () => {
    const drafted = await work.ok(
      ...['role', 'set', 'targets', '--replace-key', `@admin=${kit.publicKey('carol')}`],
    );
    assert.match(drafted, /^targets: made again, for its new signers have to sign it$/m);
    await work.refused(4, 'workspace.waiting', ...kit.signAs('root1', 'root2'));
    await work.ok(...kit.signAs('carol'));
    await work.ok('push');
    assert.deepEqual((await rolesOnMain())['targets']?.['keyids'], [people.carol.keyid]);
  });

  it('gives snapshot and timestamp to another key at once', async () => {
    const file = await work.file('next.pub', JSON.stringify(people.stranger.json));
    await work.refused(2, 'usage.argument', 'role', 'set', 'timestamp', '--add-key', file);
    await work.ok('role', 'set', 'online', '--replace-key', `${people.online.keyid}=${file}`);
    await work.ok(...kit.signAs('root1', 'root2'));
    await work.ok('push');
    const { snapshot, timestamp } = await rolesOnMain();
    assert.deepEqual(snapshot?.['keyids'], [people.stranger.keyid]);
    assert.deepEqual(timestamp?.['keyids'], [people.stranger.keyid]);
  });

  it('is renewed, and set back leaves nothing', async () => {
    await work.ok('role', 'set', 'root', '--add-key', kit.publicKey('carol'));
    await work.ok('role', 'set', 'root', '--remove-key', '@carol');
    assert.match(await work.ok('status'), /nothing is drafted/);
    await work.ok('role', 'set', 'root', '--renew');
    await work.ok(...kit.signAs('root1', 'root2'));
    await work.ok('push');
    assert.match(await kit.onMain('metadata/root.json'), /"version": ?2/);
  });

  it('is refused what only a delegated role has, and what nobody can sign', async () => {
    await work.refused(2, 'usage.argument', 'role', 'set', 'root', '--paths', 'a/*');
    await work.refused(2, 'usage.argument', 'role', 'set', 'root', '--take-over');
    await work.refused(1, 'delegation.threshold', 'role', 'set', 'root', '--threshold', '4');
    await work.refused(2, 'usage.argument', 'role', 'set', 'online', '--renew');
    assert.match(await work.ok('status'), /nothing is drafted/);
  });
});

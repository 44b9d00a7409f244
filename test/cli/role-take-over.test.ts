import assert from 'node:assert/strict';
import type { JsonObject } from '../../core/metadata/json.ts';
import { fileOf, people } from '../kit/source-tree.ts';
import { workspaces, type MaintainerWorkspace, type Workspaces } from '../kit/workspaces.ts';

describe('a role whose key is stolen', () => {
  let kit: Workspaces;
  let work: MaintainerWorkspace;
  beforeEach(async () => {
    kit = await workspaces();
    work = await kit.clone('work');
  });
  afterEach(() => kit.remove());

  it('is taken over without that key: a new key, less to list, and nothing left outside', async () => {
    const kept = 'alice-project/app/1/app';
    const alice = await kit.clone('alice', 'alice');
    await alice.ok('add', kept, await alice.file('app', 'app'));
    await alice.ok('sign', '--yes');
    await alice.ok('push');
    await work.ok('status', '--fetch');
    const drafted = await work.ok(
      ...['role', 'set', 'alice', '--take-over', '--paths', 'alice-project/app/*/*'],
      ...['--replace-key', `@alice=${kit.publicKey('carol')}`],
    );
    assert.match(drafted, new RegExp(`^${fileOf.alice}: dropped, it lies outside$`, 'm'));
    await work.ok(...kit.signAs('admin', 'carol'));
    await work.ok('push');
    const { signed } = JSON.parse(await kit.onMain('metadata/alice.json')) as {
      signed: JsonObject;
    };
    assert.equal(signed['version'], 3);
    assert.deepEqual(Object.keys(signed['targets'] as JsonObject), [kept]);
    const files = await kit.gated.sandbox.ok(['ls-tree', '-r', '--name-only', 'main', 'targets']);
    assert.doesNotMatch(files, /tool\.tgz/);
    await alice.ok('status', '--fetch');
    await alice.ok(
      'add',
      'alice-project/app/2/app',
      await alice.file('two', 'two'),
      '--role',
      'alice',
    );
    await alice.refused(2, 'workspace.not-allowed', 'sign', '--yes');
  });

  it('is made again even where its other signers have signed it', async () => {
    await work.ok('role', 'set', 'alice', '--add-key', kit.publicKey('bob'));
    await work.ok(...kit.signAs('admin'));
    await work.ok('push');
    await work.ok(
      'role',
      'set',
      'alice',
      '--take-over',
      '--remove-key',
      people.bob.keyid.slice(0, 8),
    );
    await work.ok(...kit.signAs('admin', 'alice'));
    await work.ok('push');
    assert.match(await kit.onMain('metadata/alice.json'), /"version": ?2/);
  });

  it('is not taken over while the stolen key stays', async () => {
    const paths = ['--paths', 'alice-project/app/*/*'];
    await work.refused(2, 'usage.argument', 'role', 'set', 'alice', '--take-over', ...paths);
    assert.match(await work.ok('status'), /nothing is drafted/);
  });
});

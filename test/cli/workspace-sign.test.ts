import assert from 'node:assert/strict';
import { readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { JsonObject } from '../../core/metadata/json.ts';
import { fileOf, inDays } from '../kit/source-tree.ts';
import { scriptedCli } from '../kit/scripted-cli.ts';
import { workspaces, type MaintainerWorkspace, type Workspaces } from '../kit/workspaces.ts';

const fresh = 'alice-project/tool/1.1.0/tool.tgz';

describe('a maintainer’s change, from add to push', () => {
  let kit: Workspaces;
  before(async () => {
    kit = await workspaces();
  });
  after(() => kit.remove());

  it('adds a file, signs what was shown, and the hook takes it', async () => {
    const alice = await kit.clone('alice', 'alice');
    const file = await alice.file('tool.tgz', 'a newer tool');
    assert.match(await alice.ok('add', fresh, file), /added in alice, 12 bytes/);
    assert.match(
      await alice.ok('status'),
      /alice: version 1 → 2, 0 of 1 signature; @alice is missing/,
    );
    const signed = await alice.run('sign', '--yes');
    assert.equal(signed.status, 0, signed.stderr);
    assert.match(signed.stderr, /\+ target alice-project\/tool\/1\.1\.0\/tool\.tgz, 12 bytes/);
    assert.match(await alice.ok('status'), /1 of 1 signature[^]*next: tuf-on-git push/);
    assert.match(await alice.ok('push'), /accepted: main is at/);
    assert.equal(await kit.onMain(`targets/${fresh}`), 'a newer tool');
    const role = JSON.parse(await kit.onMain('metadata/alice.json')) as { signed: JsonObject };
    assert.equal(role.signed['version'], 2);
    assert.match(await alice.ok('status'), /nothing is drafted/);
    assert.match((await alice.run('push')).stderr, /nothing to push/);
  });

  it('removes a target, file included', async () => {
    const bob = await kit.clone('bob', 'bob');
    await bob.ok('remove', fileOf.bob);
    await bob.ok('sign', '--yes');
    await bob.ok('push');
    await assert.rejects(kit.onMain(`targets/${fileOf.bob}`));
    assert.doesNotMatch(await kit.onMain('metadata/bob.json'), /app\.bin/);
  });
});

describe('a draft', () => {
  let kit: Workspaces;
  let alice: MaintainerWorkspace;
  before(async () => {
    kit = await workspaces();
  });
  beforeEach(async () => {
    alice = await kit.freshClone('alice');
  });
  after(() => kit.remove());

  it('stays one version above main, however often it is edited and signed', async () => {
    const target = 'alice-project/tool/1.2.0/tool.tgz';
    await alice.ok('add', target, await alice.file('one', 'one'));
    await alice.ok('sign', '--yes');
    await alice.ok('add', target, await alice.file('two', 'two'));
    assert.match(await alice.ok('status'), /version 1 → 2, 0 of 1 signature/);
    await alice.ok('sign', '--yes');
    await alice.ok('push');
    assert.equal(await kit.onMain(`targets/${target}`), 'two');
    assert.equal(await kit.gated.sandbox.ok(['rev-list', '--count', 'main']), '2');
  });

  it('is gone when it says again what main says', async () => {
    await alice.ok('add', fresh, await alice.file('one', 'one'));
    await alice.ok('remove', fresh);
    assert.match(await alice.ok('status'), /nothing is drafted/);
    await alice.refused(2, 'workspace.nothing-to-do', 'sign', '--yes');
  });

  it('is not signed without a word from somebody, and nothing is changed by asking', async () => {
    await alice.ok('add', fresh, await alice.file('one', 'one'));
    const before = await readFile(path.join(alice.dir, 'metadata/alice.json'));
    await alice.refused(2, 'usage.no-terminal', 'sign');
    assert.deepEqual(await readFile(path.join(alice.dir, 'metadata/alice.json')), before);
    await alice.refused(4, 'workspace.waiting', 'push');
  });

  it('is signed after a yes, and after nothing else', async () => {
    await alice.ok('add', fresh, await alice.file('one', 'one'));
    const { ask, asked } = scriptedCli(alice.dir, ['n', 'y']);
    assert.equal((await alice.ask(ask, 'sign')).status, 4);
    assert.match(await alice.ok('status'), /0 of 1 signature/);
    const signed = await alice.ask(ask, 'sign');
    assert.equal(signed.status, 0, signed.stderr);
    assert.equal(asked.length, 2);
    const again = await alice.ok('sign', '--json');
    assert.deepEqual((JSON.parse(again) as { roles: { signed: unknown }[] }).roles[0]?.signed, [
      '@alice',
    ]);
    assert.equal(asked.length, 2);
  });

  it('is not signed by a key that may not', async () => {
    await alice.ok('add', fresh, await alice.file('one', 'one'));
    const other = ['sign', '--yes', '--key', kit.keyUri('bob')];
    await alice.refused(2, 'workspace.not-allowed', ...other);
    await alice.refused(2, 'signer.key-not-found', 'sign', '--yes', '--key', 'file:nothing.json');
  });

  it('is not signed when the file changed between add and sign', async () => {
    await alice.ok('add', fresh, await alice.file('one', 'one'));
    await writeFile(path.join(alice.dir, 'targets', fresh), 'two');
    await alice.refused(1, 'target.hash', 'sign', '--yes');
    await rm(path.join(alice.dir, 'targets', fresh));
    await alice.refused(1, 'target.missing', 'sign', '--yes');
  });

  it('is not signed when it was edited by hand into what the gate refuses', async () => {
    const next = Number(await versionOf(alice, 'alice')) + 1;
    const refusals: [JsonObject, Parameters<MaintainerWorkspace['refused']>[1]][] = [
      [{ version: next + 3 }, 'role.version-not-next'],
      [{ version: next, expires: '2020-01-01T00:00:00Z' }, 'role.expired'],
      [{ version: next, expires: inDays(36_500) }, 'role.lives-too-long'],
      [
        { version: next, expires: inDays(9), 'x-tuf-on-git-repository': 'a' },
        'role.other-repository',
      ],
      [{ targets: { 'bob-project/x': { length: 0, hashes: {} } } }, 'json.shape'],
    ];
    for (const [change, code] of refusals) {
      await edit(alice, 'alice', change);
      await alice.refused(1, code, 'sign', '--yes');
    }
  });

  it('keeps no signature over what it said before', async () => {
    await alice.ok('add', fresh, await alice.file('one', 'one'));
    await alice.ok('sign', '--yes');
    await edit(alice, 'alice', { 'x-note': 'by hand' });
    assert.match(await alice.ok('status'), /0 of 1 signature; @alice is missing \(not committed\)/);
    await alice.ok('sign', '--yes');
    await alice.ok('push');
    assert.match(await kit.onMain('metadata/alice.json'), /by hand/);
  });

  it('of somebody else’s path is refused before anything is written', async () => {
    const file = await alice.file('one', 'one');
    await alice.refused(2, 'workspace.not-allowed', 'add', 'bob-project/x/1/y', file);
    await alice.refused(
      1,
      'path.outside-delegation',
      'add',
      'bob-project/x/1/y',
      file,
      '--role',
      'alice',
    );
    await alice.refused(1, 'path.form', 'add', '../escape', file);
    await alice.refused(2, 'usage.argument', 'add', fresh, alice.dir);
    assert.match(await alice.ok('status'), /nothing is drafted/);
  });
});

async function edit(work: MaintainerWorkspace, role: string, change: JsonObject): Promise<void> {
  const file = path.join(work.dir, 'metadata', `${role}.json`);
  const document = JSON.parse(await readFile(file, 'utf8')) as { signed: JsonObject };
  document.signed = { ...document.signed, ...change };
  await writeFile(file, JSON.stringify(document));
}

async function versionOf({ dir }: MaintainerWorkspace, role: string): Promise<unknown> {
  const text = await readFile(path.join(dir, 'metadata', `${role}.json`), 'utf8');
  return (JSON.parse(text) as { signed: JsonObject }).signed['version'];
}

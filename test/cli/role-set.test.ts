import assert from 'node:assert/strict';
import type { JsonObject } from '../../core/metadata/json.ts';
import { fileOf, people } from '../kit/source-tree.ts';
import { workspaces, type MaintainerWorkspace, type Workspaces } from '../kit/workspaces.ts';

describe('a role that is set otherwise', () => {
  let kit: Workspaces;
  let work: MaintainerWorkspace;
  beforeEach(async () => {
    kit = await workspaces();
    work = await kit.clone('work', 'admin', 'alice');
  });
  afterEach(() => kit.remove());

  const set = (...more: string[]) => ['role', 'set', 'alice', ...more];

  async function signedOnMain(role: string): Promise<JsonObject> {
    const text = await kit.onMain(`metadata/${role}.json`);
    return (JSON.parse(text) as { signed: JsonObject }).signed;
  }

  async function delegationOnMain(role: string): Promise<JsonObject> {
    const { delegations } = await signedOnMain('targets');
    const { roles } = delegations as { roles: JsonObject[] };
    return roles.find(({ name }) => name === role) ?? {};
  }

  it('is signed by one more, and not made again while enough have signed it', async () => {
    await work.ok(...set('--add-key', kit.publicKey('carol')));
    const signed = await work.run(...kit.signAs('admin'));
    assert.equal(signed.status, 0, signed.stderr);
    assert.match(
      signed.stderr,
      /was signed by 1 of 1: @alice\n.*\n {6}signed by 1 of 2: @alice, @carol/,
    );
    await work.ok('push');
    assert.equal((await delegationOnMain('alice'))['threshold'], 1);
    assert.equal((await signedOnMain('alice'))['version'], 1);
    const carol = await kit.clone('carol', 'carol');
    const file = await carol.file('tool', 'tool');
    await carol.ok('add', 'alice-project/tool/2/tool', file);
    await carol.ok('sign', '--yes');
    await carol.ok('push');
  });

  it('is made again in the same change where its signatures no longer do', async () => {
    const drafted = await work.ok(...set('--add-key', kit.publicKey('carol'), '--threshold', '2'));
    assert.match(drafted, /^alice: made again, for its new signers have to sign it$/m);
    await work.refused(4, 'workspace.waiting', ...kit.signAs('admin', 'alice'));
    await work.ok(...kit.signAs('carol'));
    await work.ok('push');
    assert.equal((await signedOnMain('alice'))['version'], 2);
    assert.equal((await delegationOnMain('alice'))['threshold'], 2);
  });

  it('loses a maintainer, whose key goes from the file and signs nothing any more', async () => {
    await work.ok(...set('--add-key', kit.publicKey('carol'), '--remove-key', '@alice'));
    await work.ok(...kit.signAs('admin', 'carol'));
    await work.ok('push');
    const { keys } = (await signedOnMain('targets'))['delegations'] as { keys: JsonObject };
    assert.deepEqual(Object.keys(keys).sort(), [people.bob.keyid, people.carol.keyid].sort());
    const alice = await kit.clone('alice', 'alice');
    const file = await alice.file('tool', 'tool');
    await alice.ok('add', 'alice-project/tool/2/tool', file, '--role', 'alice');
    await alice.refused(2, 'workspace.not-allowed', 'sign', '--yes');
  });

  it('has a key replaced, by whoever delegates to it, under the name of its owner', async () => {
    const anonymous = await work.file('new.pub', JSON.stringify(withoutOwner(people.carol.json)));
    await work.ok(...set('--replace-key', `${people.alice.keyid.slice(0, 7)}=${anonymous}`));
    const signed = await work.run(...kit.signAs('admin', 'carol'));
    assert.equal(signed.status, 0, signed.stderr);
    assert.match(signed.stderr, new RegExp(`\\+ key .*@alice, .*${people.carol.fingerprint}`));
    assert.match(signed.stderr, new RegExp(`- key .*@alice, .*${people.alice.fingerprint}`));
    await work.ok('push');
    assert.match(
      await work.ok('role', 'show', 'alice'),
      new RegExp(`@alice ${people.carol.fingerprint}`),
    );
  });

  it('keeps a key in the file that signs another role still', async () => {
    await work.ok('role', 'add', 'more', '--key', kit.publicKey('alice'), '--paths', 'more/*');
    await work.ok(...set('--replace-key', `@alice=${kit.publicKey('carol')}`));
    await work.ok(...kit.signAs('admin', 'alice', 'carol'));
    await work.ok('push');
    const { keys } = (await signedOnMain('targets'))['delegations'] as { keys: JsonObject };
    assert.ok(Object.hasOwn(keys, people.alice.keyid));
  });

  it('may list other paths, once nothing of it lies outside', async () => {
    const narrow = ['--paths', 'alice-project/app/*/*'];
    await work.refused(1, 'path.outside-delegation', ...set(...narrow));
    assert.match(await work.ok('status'), /nothing is drafted/);
    await work.ok('remove', fileOf.alice);
    await work.ok(...set(...narrow));
    await work.ok(...kit.signAs('admin', 'alice'));
    await work.ok('push');
    assert.deepEqual((await delegationOnMain('alice'))['paths'], ['alice-project/app/*/*']);
  });

  it('is renewed with nothing else changed, however often', async () => {
    const before = await signedOnMain('bob');
    await work.ok('role', 'set', 'bob', '--renew');
    await work.ok('role', 'set', 'bob', '--renew');
    await work.ok(...kit.signAs('bob'));
    await work.ok('push');
    const after = await signedOnMain('bob');
    assert.deepEqual({ ...after, version: 1, expires: '' }, { ...before, expires: '' });
    assert.equal(after['version'], 2);
    assert.ok(Date.parse(after['expires'] as string) > Date.parse(before['expires'] as string));
  });

  it('lives as long as it is told, now and from then on', async () => {
    await work.ok('role', 'set', 'bob', '--expiry-days', '30');
    const signed = await work.run(...kit.signAs('bob'));
    assert.match(signed.stderr, /expires .*, in 30 days$/m);
    await work.ok('push');
    await work.ok('role', 'set', 'bob', '--renew');
    assert.match((await work.run(...kit.signAs('bob'))).stderr, /in 30 days$/m);
    await work.refused(2, 'usage.argument', 'role', 'set', 'bob', '--expiry-days', '401');
  });

  it('is as it was when it is set back', async () => {
    await work.ok(...set('--add-key', kit.publicKey('carol')));
    await work.ok(...set('--remove-key', '@carol'));
    assert.match(await work.ok('status'), /nothing is drafted/);
    await work.refused(2, 'workspace.nothing-to-do', ...set('--threshold', '1'));
  });

  it('is refused when nobody could sign it, or it says nothing, and nothing is drafted', async () => {
    const carol = kit.publicKey('carol');
    await work.refused(1, 'delegation.threshold', ...set('--threshold', '2'));
    await work.refused(1, 'delegation.threshold', ...set('--remove-key', '@alice'));
    await work.refused(1, 'key.same-key', ...set('--add-key', kit.publicKey('alice')));
    await work.refused(1, 'key.same-key', ...set('--add-key', carol, '--add-key', carol));
    await work.refused(1, 'key.shared-online', ...set('--add-key', kit.publicKey('online')));
    await work.refused(1, 'path.pattern', ...set('--paths', 'alice-project/**'));
    const unknown = await work.refused(2, 'usage.argument', ...set('--remove-key', '@carol'));
    assert.match(unknown.stderr, /its signers are @alice \([0-9a-f]{8}…\)/);
    await work.refused(2, 'usage.argument', ...set());
    await work.refused(2, 'usage.argument', ...set('--renew', '--threshold', '1'));
    await work.refused(2, 'usage.argument', ...set('--replace-key', carol));
    await work.refused(2, 'usage.argument', 'role', 'set', 'nobody', '--renew');
    await work.refused(2, 'signer.key-not-found', ...set('--add-key', 'nobody.pub'));
    assert.match(await work.ok('status'), /nothing is drafted/);
  });

  it('asks which of two keys of one person is meant', async () => {
    const second = { ...people.carol.json, 'x-tuf-on-ci-keyowner': '@alice' };
    const file = await work.file('second.pub', JSON.stringify(second));
    await work.ok(...set('--add-key', file));
    const refused = await work.refused(2, 'usage.argument', ...set('--remove-key', '@alice'));
    assert.match(refused.stderr, /several signers are that/);
    await work.ok(...set('--remove-key', people.alice.keyid.slice(0, 10)));
  });
});

describe('a role that is removed', () => {
  let kit: Workspaces;
  let work: MaintainerWorkspace;
  beforeEach(async () => {
    kit = await workspaces();
    work = await kit.clone('work', 'admin', 'alice', 'carol');
  });
  afterEach(() => kit.remove());

  it('goes with its file, its target files and the roles below, and is shown so', async () => {
    const below = ['--delegator', 'alice', '--paths', 'alice-project/sub/*/*'];
    await work.ok('role', 'add', 'sub', '--key', kit.publicKey('carol'), ...below);
    const file = await work.file('tool', 'tool');
    await work.ok('add', 'alice-project/sub/1/tool', file, '--role', 'sub');
    await work.ok('sign', '--yes');
    await work.ok('push');
    assert.equal(await work.ok('role', 'remove', 'alice'), 'alice: removed\nsub: removed\n');
    const signed = await work.run('sign', '--yes');
    assert.equal(signed.status, 0, signed.stderr);
    assert.match(signed.stderr, /^ {2}- delegation to alice$/m);
    assert.match(signed.stderr, /^alice: goes, after version 2/m);
    assert.match(signed.stderr, /^ {2}- target alice-project\/tool\/1\.0\.0\/tool\.tgz$/m);
    assert.match(signed.stderr, /^ {2}- target alice-project\/sub\/1\/tool$/m);
    await work.ok('push');
    const left = await kit.gated.sandbox.ok(['ls-tree', '-r', '--name-only', 'main']);
    assert.doesNotMatch(left, /alice|sub/);
    assert.match(left, /^targets\/bob-project\/app\/2\.0\/app\.bin$/m);
  });

  it('may go before anybody has heard of it', async () => {
    await work.ok('role', 'add', 'new', '--key', kit.publicKey('alice'), '--paths', 'new/*');
    await work.ok('role', 'remove', 'new');
    assert.match(await work.ok('status'), /nothing is drafted/);
  });

  it('is a delegated one', async () => {
    await work.refused(2, 'usage.argument', 'role', 'remove', 'targets');
    await work.refused(2, 'usage.argument', 'role', 'remove', 'root');
    await work.refused(2, 'usage.argument', 'role', 'remove', 'nobody');
  });
});

function withoutOwner(json: JsonObject): JsonObject {
  return Object.fromEntries(
    Object.entries(json).filter(([field]) => field !== 'x-tuf-on-ci-keyowner'),
  );
}

import assert from 'node:assert/strict';
import type { JsonObject } from '../../../core/metadata/json.ts';
import { objectId } from '../../../core/git/object-id.ts';
import { accepted, apiSuite, codesOf, type ApiScene, type Asking } from '../../kit/api.ts';
import { fetchSigned, statusOf } from '../../kit/daemon.ts';
import { addServerSignedRole, type ServerSignedRoleOptions } from '../../kit/server-signed-role.ts';
import { issueToken, sha256Of, uploadClient } from '../../kit/uploads.ts';
import { until } from '../../kit/until.ts';

const content = 'tonight’s build';
const file = 'nightly/app.bin';
const inline = { content: Buffer.from(content).toString('base64') };
const served = `/targets/nightly/${sha256Of(content)}.app.bin`;
const inDays = (days: number) => new Date(Date.now() + days * 86_400_000);

describe('a role that the server signs', () => {
  const open = apiSuite();
  let scene: ApiScene;
  let ci: string;

  const start = async (options: ServerSignedRoleOptions = {}, home = {}) => {
    scene = await open({ ...home, prepare: (made) => addServerSignedRole(made, options) });
    ci = await scene.token('ci', ['online:nightly', 'blob:put']);
  };
  const post = (body: JsonObject, asking: Asking = {}) =>
    scene.ask('/targets', { method: 'POST', token: ci, ...asking, body });
  const add = (targets: JsonObject, asking?: Asking) => post({ role: 'nightly', targets }, asking);

  it('gets a file by token alone, and clients see it', async () => {
    await start();
    const reply = await add({ [file]: inline }, { headers: { prefer: 'wait=30' } });
    const { published, commit } = accepted(reply);
    assert.equal(published, true);
    assert.equal(await statusOf(scene.daemon, served), 200);
    const signed = await fetchSigned(scene.daemon, '2.nightly.json');
    assert.deepEqual(Object.keys(signed['targets'] as JsonObject), [file]);
    const { author, message } = await scene.home.git.commit(objectId(commit as string));
    assert.equal(author, 'ci <ci@tokens>');
    assert.match(message, /^change nightly\n\nChange-Id: /);
  });

  it('gives a file back up by token alone', async () => {
    await start();
    accepted(await add({ [file]: inline }));
    accepted(await add({ [file]: null }, { headers: { prefer: 'wait=30' } }));
    const signed = await fetchSigned(scene.daemon, '3.nightly.json');
    assert.deepEqual(signed['targets'], {});
    assert.equal(await scene.home.git.find(await scene.home.tip(), `targets/${file}`), undefined);
  });

  it('lists a file of the blob store, with what else is said of it', async () => {
    await start();
    const uploads = uploadClient(scene.daemon.console, ci);
    const sha256 = sha256Of(content);
    assert.equal((await uploads.put(sha256, content)).status, 201);
    const custom = { branch: 'main' };
    accepted(await add({ [file]: { sha256, custom } }, { headers: { prefer: 'wait=30' } }));
    const { targets } = await fetchSigned(scene.daemon, '2.nightly.json');
    const { length } = Buffer.from(content);
    assert.deepEqual(targets, { [file]: { length, hashes: { sha256 }, custom } });
    assert.equal(await statusOf(scene.daemon, served), 200);
  });

  it('keeps what several send at once', async () => {
    await start();
    const names = Array.from({ length: 8 }, (_, at) => `nightly/${at}.bin`);
    const replies = await Promise.all(names.map((name) => add({ [name]: inline })));
    replies.forEach(accepted);
    await scene.daemon.reconcile();
    const { targets } = await fetchSigned(scene.daemon, '9.nightly.json');
    assert.deepEqual(Object.keys(targets as JsonObject).sort(), names);
  });

  it('takes a repetition under one key for one change', async () => {
    await start();
    const once = { headers: { 'idempotency-key': 'build 7' } };
    const [one, other] = [await add({ [file]: inline }, once), await add({ [file]: inline }, once)];
    assert.equal(accepted(one)['commit'], accepted(other)['commit']);
  });

  it('says what would become of it, and does nothing', async () => {
    await start();
    const tip = await scene.home.tip();
    const reply = await scene.ask('/targets?dryRun=true', {
      method: 'POST',
      token: ci,
      body: { role: 'nightly', targets: { [file]: inline } },
    });
    assert.equal(reply.status, 200);
    assert.equal(await scene.home.tip(), tip);
  });

  it('refuses a path that is not the role’s', async () => {
    await start();
    const reply = await add({ 'alice-project/x/1/x.bin': inline });
    assert.equal(reply.status, 422);
    assert.deepEqual(codesOf(reply), ['path.outside-delegation']);
  });

  it('refuses a path that is not the token’s', async () => {
    await start();
    const token = await scene.token('narrow', ['online:nightly'], ['nightly/docs-']);
    const reply = await add({ [file]: inline }, { token });
    assert.equal(reply.status, 403);
    assert.deepEqual(codesOf(reply), ['token.prefix']);
  });

  it('refuses a file of the blob store that another token has sent', async () => {
    await start();
    const other = await issueToken(scene.home, 'other', ['blob:put']);
    const sha256 = sha256Of(content);
    await uploadClient(scene.daemon.console, other).put(sha256, content);
    const reply = await add({ [file]: { sha256 } });
    assert.equal(reply.status, 422);
    assert.deepEqual(codesOf(reply), ['target.missing']);
  });

  it('refuses to remove what it does not list', async () => {
    await start();
    const reply = await add({ [file]: null });
    assert.equal(reply.status, 404);
    assert.deepEqual(codesOf(reply), ['search.not-found']);
  });

  for (const scopes of [['change:submit'], ['online:other'], ['git:push', 'event:*', 'blob:put']]) {
    it(`refuses a token for ${scopes.join(', ')}`, async () => {
      await start();
      const token = await scene.token('elsewhere', scopes);
      const reply = await add({ [file]: inline }, { token });
      assert.equal(reply.status, 403);
      assert.deepEqual(codesOf(reply), ['token.scope']);
    });
  }

  it('is none that targets does not mark, whatever the token says', async () => {
    await start();
    const token = await scene.token('eager', ['online:alice', 'online:targets', 'online:root']);
    for (const role of ['alice', 'targets', 'root']) {
      const reply = await post({ role, targets: { [file]: inline } }, { token });
      assert.equal(reply.status, 404, role);
      assert.deepEqual(codesOf(reply), ['search.not-found']);
    }
  });

  it('waits where the signer has no key for it, with an alarm that says what to do', async () => {
    await start({ isHeld: false });
    const reply = await add({ [file]: inline });
    assert.equal(reply.status, 503);
    assert.deepEqual(codesOf(reply), ['signer.refused']);
    const { reasons } = await until('there is an alarm', () => {
      const readiness = scene.daemon.readiness();
      return readiness.ready ? undefined : readiness;
    });
    const [alarm] = reasons;
    assert.ok(alarm);
    assert.equal(alarm.code, 'signer.refused');
    assert.match(alarm.hint ?? '', /onlineRoles in settings\.json/);
    assert.equal(await statusOf(scene.daemon, '/metadata/timestamp.json'), 200);
  });

  it('is signed anew before half of its life is over, with all that it lists', async () => {
    await start({ expires: inDays(6.9) });
    await until(
      'it is published',
      async () => (await statusOf(scene.daemon, '/metadata/2.nightly.json')) === 200,
    );
    const { expires } = await fetchSigned(scene.daemon, '2.nightly.json');
    const days = (Date.parse(expires as string) - Date.now()) / 86_400_000;
    assert.ok(days > 13.9 && days <= 14, `${days} days`);
    const { author } = await scene.home.git.commit(await scene.home.tip());
    assert.equal(author, 'tuf-on-git <tuf-on-git@tokens>');
  });

  it('is left alone while more than half of its life is left', async () => {
    await start({ expires: inDays(7.1) });
    const tip = await scene.home.tip();
    await scene.daemon.reconcile();
    await scene.daemon.close();
    assert.equal(await scene.home.tip(), tip);
  });

  it('lives as long as the server’s settings say', async () => {
    await start({}, { config: { onlineRoleLifetimeDays: 3 } });
    accepted(await add({ [file]: inline }, { headers: { prefer: 'wait=30' } }));
    const { expires } = await fetchSigned(scene.daemon, '2.nightly.json');
    assert.ok(Date.parse(expires as string) <= inDays(3).getTime());
  });
});

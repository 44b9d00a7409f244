import assert from 'node:assert/strict';
import type { JsonObject } from '../../../../core/metadata/json.ts';
import { objectId } from '../../../../core/git/object-id.ts';
import { accepted, apiSuite, bodyOf, codesOf, type ApiScene } from '../../../kit/api.ts';
import { putBlob } from '../../../kit/blobs.ts';
import { statusOf } from '../../../kit/daemon.ts';
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { alice, releaseByBob, release, targets } from '../../../kit/changes.ts';
import { nextVersion } from '../../../kit/home.ts';
import { fileOf } from '../../../kit/source-tree.ts';
import { createHash } from 'node:crypto';

const file = 'alice-project/tool/1.0.1/tool.tgz';

describe('a change by the API', () => {
  const open = apiSuite();
  let scene: ApiScene;

  beforeEach(async () => {
    scene = await open();
  });

  it('adds a target file, and is there when the answer is, if that is preferred', async () => {
    const body = await bodyOf(scene.home, release(file));
    const reply = await scene.send(body, { headers: { prefer: 'wait=30' } });
    const { id, commit, published, generation } = accepted(reply);
    assert.equal(commit, await scene.home.tip());
    assert.equal(published, true);
    assert.equal(generation, 2);
    assert.equal(reply.headers.get('location'), `/api/v1/changes/${id as string}`);
    const sha256 = createHash('sha256').update(`content of ${file}`).digest('hex');
    const served = `/targets/alice-project/tool/1.0.1/${sha256}.tool.tgz`;
    assert.equal(await statusOf(scene.daemon, served), 200);
  });

  it('is the commit of its token, and says which change it is', async () => {
    const body = await bodyOf(scene.home, release(file));
    const { id, commit } = accepted(await scene.send({ ...body, message: 'tool 1.0.1' }));
    const { author, message, parents } = await scene.home.git.commit(objectId(commit as string));
    assert.equal(author, 'alice <alice@tokens>');
    assert.match(message, RegExp(`^tool 1.0.1\n\nChange-Id: ${id as string}\n`));
    assert.equal(parents[0], body['base']);
    const [last] = (await scene.home.git.refLog('refs/heads/main')).slice(-1);
    assert.equal(last?.by, 'alice');
  });

  it('removes a target file', async () => {
    const body = await bodyOf(scene.home, (tree) => {
      nextVersion(tree, 'alice', (signed) => ({ ...signed, targets: {} }));
      tree.delete(`targets/${fileOf.alice}`);
    });
    accepted(await scene.send(body));
    assert.equal(
      await scene.home.git.find(await scene.home.tip(), `targets/${fileOf.alice}`),
      undefined,
    );
  });

  it('changes several roles at once', async () => {
    const body = await bodyOf(scene.home, (tree, odd) => {
      targets()(tree, odd);
      release(file)(tree, odd);
      releaseByBob('bob-project/app/2.1/app.bin')(tree, odd);
    });
    assert.deepEqual(Object.keys(body['metadata'] as JsonObject), ['targets', 'alice', 'bob']);
    accepted(await scene.send(body));
  });

  it('refers to a blob that its token has put there, and to no other', async () => {
    const { home } = scene;
    const large = 'a large file';
    const body = await bodyOf(home, release(file, {}, large));
    const sha256 = await putBlob(home.paths.blobs, large);
    const stored = { ...body, targets: { [file]: { sha256 } } };
    const stranger = await scene.send(stored);
    assert.equal(stranger.status, 422);
    assert.deepEqual(codesOf(stranger), ['target.missing']);
    const markers = path.join(home.paths.blobs, 'uploaded', 'alice');
    await mkdir(markers, { recursive: true });
    await writeFile(path.join(markers, sha256), '');
    accepted(await scene.send(stored, { headers: { prefer: 'wait=30' } }));
    assert.equal(
      await statusOf(scene.daemon, `/targets/alice-project/tool/1.0.1/${sha256}.tool.tgz`),
      200,
    );
  });

  it('says the same of a blob that is somebody else’s and of one that is not there', async () => {
    const body = await bodyOf(scene.home, release(file, {}, 'never uploaded'));
    const sha256 = createHash('sha256').update('never uploaded').digest('hex');
    const absent = await scene.send({ ...body, targets: { [file]: { sha256 } } });
    await putBlob(scene.home.paths.blobs, 'never uploaded');
    const foreign = await scene.send({ ...body, targets: { [file]: { sha256 } } });
    assert.equal(absent.status, 422);
    assert.deepEqual(foreign.json, absent.json);
  });

  it('is put on the new tip when another role has moved', async () => {
    const body = await bodyOf(scene.home, release(file));
    const other = await bodyOf(scene.home, releaseByBob('bob-project/app/2.1/app.bin'));
    const first = accepted(await scene.send(other));
    const { commit } = accepted(await scene.send(body));
    const { parents } = await scene.home.git.commit(objectId(commit as string));
    assert.deepEqual(parents, [first['commit']]);
  });

  it('is stale when its role has moved, and is told where main is', async () => {
    const body = await bodyOf(scene.home, release(file));
    const first = accepted(await scene.send(await bodyOf(scene.home, alice())));
    const reply = await scene.send(body);
    assert.equal(reply.status, 409);
    assert.deepEqual(codesOf(reply), ['change.stale']);
    assert.deepEqual(reply.json['current'], { commit: first['commit'], roles: { alice: 2 } });
  });

  it('is stale when its delegator has moved', async () => {
    const body = await bodyOf(scene.home, release(file));
    accepted(await scene.send(await bodyOf(scene.home, targets())));
    const reply = await scene.send(body);
    assert.equal(reply.status, 409);
    assert.deepEqual((reply.json['current'] as JsonObject)['roles'], { targets: 2 });
  });

  it('names its base, which is a commit of main', async () => {
    const { base, ...rest } = await bodyOf(scene.home, release(file));
    const none = await scene.send(rest);
    assert.equal(none.status, 428);
    assert.deepEqual(codesOf(none), ['change.no-base']);
    assert.equal((await scene.send({ ...rest, base: 'main' })).status, 422);
    const unknown = await scene.send({ ...rest, base: (base as string).replaceAll(/[0-9]/g, 'a') });
    assert.equal(unknown.status, 409);
  });

  it('only says what would become of it, on a dry run', async () => {
    const body = await bodyOf(scene.home, release(file));
    const tip = await scene.home.tip();
    const reply = await scene.ask('/changes?dryRun=true', {
      method: 'POST',
      token: scene.alice,
      body,
    });
    assert.equal(reply.status, 200);
    assert.equal(await scene.home.tip(), tip);
    const { commit } = accepted(await scene.send(body));
    assert.equal(
      (await scene.home.git.commit(objectId(commit as string))).tree,
      reply.json['tree'],
    );
    const again = await scene.ask('/changes?dryRun=true', {
      method: 'POST',
      token: scene.alice,
      body,
    });
    assert.equal(again.status, 409);
  });

  it('has no second effect with the same key, even after a restart', async () => {
    const body = await bodyOf(scene.home, release(file));
    const headers = { 'idempotency-key': 'build 7' };
    const [one, two] = await Promise.all([
      scene.send(body, { headers }),
      scene.send(body, { headers }),
    ]);
    assert.deepEqual(accepted(one), accepted(two));
    await scene.restart();
    const three = accepted(await scene.send(body, { headers }));
    assert.equal(three['commit'], one.json['commit']);
    const reply = await scene.send({ ...body, message: 'other' }, { headers });
    assert.equal(reply.status, 422);
    assert.deepEqual(codesOf(reply), ['change.form']);
  });

  it('keeps to the paths of its token', async () => {
    const body = await bodyOf(scene.home, release(file));
    const narrow = await scene.token('narrow', ['change:submit'], ['alice-project/tool/1.0.1/']);
    const other = await scene.token('other', ['change:submit'], ['alice-project/other/']);
    const refused = await scene.send(body, { token: other });
    assert.equal(refused.status, 403);
    assert.deepEqual(codesOf(refused), ['token.prefix']);
    const delegations = await scene.send(
      await bodyOf(scene.home, targets({ bob: { threshold: 1, terminating: false } })),
      { token: narrow },
    );
    assert.deepEqual(codesOf(delegations), ['token.prefix']);
    accepted(await scene.send(body, { token: narrow }));
  });
});

import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import type { JsonObject } from '../../../core/metadata/json.ts';
import { formatDocument } from '../../../core/metadata/document.ts';
import { accepted, apiSuite, codesOf, type ApiScene } from '../../kit/api.ts';
import { alice, newRole, targets } from '../../kit/changes.ts';
import { delegationTo, fileOf, people, signaturesOf } from '../../kit/source-tree.ts';

const file = 'alice-project/tool/1.0.1/tool.tgz';

describe('what the API tells of what is published', () => {
  const open = apiSuite();
  let scene: ApiScene;

  beforeEach(async () => {
    scene = await open();
  });

  it('names roles, page by page', async () => {
    const first = (await scene.ask('/roles?limit=2')).json;
    const rest = (await scene.ask(`/roles?limit=2&cursor=${first['cursor'] as string}`)).json;
    const names = [first, rest].flatMap(({ roles }) =>
      (roles as JsonObject[]).map((r) => r['name']),
    );
    assert.deepEqual(names, ['targets', 'alice', 'bob']);
    assert.equal(rest['cursor'], undefined);
    assert.equal((await scene.ask('/roles?cursor=nobody')).status, 400);
    assert.equal((await scene.ask('/roles/alice')).json['delegator'], 'targets');
    assert.equal((await scene.ask('/roles/nobody')).status, 404);
  });

  it('finds targets by path and by how paths begin', async () => {
    const { targets } = (await scene.ask('/targets?prefix=alice-')).json;
    assert.deepEqual(
      (targets as JsonObject[]).map(({ path }) => path),
      [fileOf.alice],
    );
    const one = await scene.ask(`/target?path=${encodeURIComponent(fileOf.bob)}`);
    assert.equal(one.json['role'], 'bob');
    assert.equal(one.json['commit'], await scene.home.tip());
    const none = await scene.ask('/target?path=nothing');
    assert.equal(none.status, 404);
    assert.deepEqual(codesOf(none), ['search.not-found']);
    assert.equal((await scene.ask('/target')).status, 400);
  });

  it('lists targets by path, page by page', async () => {
    const first = (await scene.ask('/targets?limit=1')).json;
    assert.equal(first['cursor'], fileOf.alice);
    const cursor = encodeURIComponent(fileOf.alice);
    const rest = (await scene.ask(`/targets?limit=1&cursor=${cursor}`)).json;
    const paths = [first, rest].flatMap(({ targets }) =>
      (targets as JsonObject[]).map(({ path }) => path),
    );
    assert.deepEqual(paths, [fileOf.alice, fileOf.bob]);
    assert.equal(rest['cursor'], undefined);
    assert.equal((await scene.ask('/targets?limit=0')).status, 400);
  });

  it('says what is expired at an instant', async () => {
    const now = (await scene.ask('/status')).json;
    assert.equal(now['main'], await scene.home.tip());
    assert.equal(now['contentUrl'], scene.daemon.content);
    assert.ok((now['roles'] as JsonObject[]).every(({ expired }) => expired === false));
    const later = (await scene.ask('/status?validAt=2200-01-01T00:00:00Z')).json;
    assert.ok((later['roles'] as JsonObject[]).every(({ expired }) => expired === true));
    assert.equal((await scene.ask('/status?validAt=tomorrow')).status, 400);
  });

  it('says what expires next, soonest first, and from when on people should sign it', async () => {
    const soon = new Date(Date.now() + 86_400_000).toISOString().replace(/\.\d+Z$/, 'Z');
    await scene.home.commit((tree) => {
      alice({ expires: soon })(tree, []);
    });
    await scene.daemon.reconcile();
    const { next, roles } = (await scene.ask('/status')).json as Record<string, JsonObject[]>;
    assert.ok(next && roles);
    const ends = next.map(({ expires }) => Date.parse(expires as string));
    assert.deepEqual(
      ends,
      ends.toSorted((one, other) => one - other),
    );
    assert.deepEqual(next.map(({ role }) => role).sort(), [
      'alice',
      'bob',
      'root',
      'snapshot',
      'targets',
      'timestamp',
    ]);
    const of = (name: string) => next.find(({ role }) => role === name);
    assert.deepEqual([of('alice')?.['version'], of('alice')?.['expires']], [2, soon]);
    assert.equal(of('alice')?.['signingDue'], true);
    assert.equal(of('bob')?.['signingDue'], false);
    assert.ok(Date.parse(of('bob')?.['signFrom'] as string) > Date.now());
    assert.equal(of('timestamp')?.['signFrom'], undefined);
    const only = (await scene.ask('/status?only=next')).json;
    assert.deepEqual([only['next'], only['roles']], [next, undefined]);
    assert.equal((await scene.ask('/status?only=all')).status, 400);
  });

  it('names 20 roles at most that expire next', async () => {
    const names = Array.from({ length: 16 }, (_, at) => `role-${at}`);
    await scene.home.commit((tree) => {
      const more = names.map((name) => delegationTo(name, people.carol, `${name}/*`));
      targets({ more, keys: [people.carol] })(tree, []);
      for (const name of names) newRole(name, [people.carol])(tree, []);
    });
    await scene.daemon.reconcile();
    const { next, roles } = (await scene.ask('/status')).json as Record<string, JsonObject[]>;
    assert.deepEqual([next?.length, roles?.length], [20, 22]);
  });

  it('prepares metadata that lands when it is signed', async () => {
    const content = 'made elsewhere';
    const sha256 = createHash('sha256').update(content).digest('hex');
    const base = await scene.home.tip();
    const reply = await scene.ask('/changes/prepare', {
      method: 'POST',
      token: scene.alice,
      body: { base, add: { [file]: { sha256, length: content.length } }, remove: [fileOf.alice] },
    });
    assert.equal(reply.status, 200, JSON.stringify(reply.json));
    const { alice } = reply.json['roles'] as { alice: { signed: string; keyids: string[] } };
    assert.deepEqual(alice.keyids, [people.alice.keyid]);
    const signed = JSON.parse(alice.signed) as JsonObject;
    assert.deepEqual(Object.keys(signed['targets'] as JsonObject), [file]);
    const bytes = formatDocument(signed, signaturesOf(signed, [people.alice]));
    const base64 = (data: Uint8Array | string) => Buffer.from(data).toString('base64');
    accepted(
      await scene.send({
        base,
        metadata: { alice: base64(bytes) },
        targets: { [file]: { content: base64(content) }, [fileOf.alice]: null },
      }),
    );
  });

  it('prepares nothing without a base', async () => {
    const reply = await scene.ask('/changes/prepare', {
      method: 'POST',
      token: scene.alice,
      body: { remove: [fileOf.alice] },
    });
    assert.equal(reply.status, 428);
  });
});

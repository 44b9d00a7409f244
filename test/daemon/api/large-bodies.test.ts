import assert from 'node:assert/strict';
import type { JsonObject } from '../../../core/metadata/json.ts';
import { apiSuite, codesOf, type ApiScene } from '../../kit/api.ts';
import { signedOf } from '../../kit/home.ts';

/** With any step that is quadratic in it, these tests run out of time. */
const many = 40_000;
const sha256 = 'a'.repeat(64);
const paths = Array.from({ length: many }, (_, at) => `alice-project/tool/1/${at}.bin`);

describe('a large body', () => {
  const open = apiSuite();
  let scene: ApiScene;

  beforeEach(async () => {
    scene = await open();
  });

  it('of wishes comes back as the next metadata', async () => {
    const add = Object.fromEntries(paths.map((path) => [path, { sha256, length: 1 }]));
    const body = { base: await scene.home.tip(), add };
    const asking = { method: 'POST', token: scene.alice, body };
    const { status, json } = await scene.ask('/changes/prepare', asking);
    assert.equal(status, 200, JSON.stringify(json).slice(0, 200));
    const { alice } = json['roles'] as { alice: { signed: string } };
    const { targets } = JSON.parse(alice.signed) as { targets: JsonObject };
    assert.equal(Object.keys(targets).length, many + 1);
  });

  it('of files that nobody has sent is refused', async () => {
    const listed = { length: 1, hashes: { sha256 } };
    const targets = Object.fromEntries(paths.map((path) => [path, listed]));
    const signed = { ...signedOf(scene.home.tree, 'alice'), version: 2, targets };
    const text = JSON.stringify({ signed, signatures: [] });
    const reply = await scene.send({
      base: await scene.home.tip(),
      metadata: { alice: Buffer.from(text).toString('base64') },
      targets: Object.fromEntries(paths.map((path) => [path, { sha256 }])),
    });
    assert.equal(reply.status, 422);
    assert.notDeepEqual(codesOf(reply), []);
  });
});

import assert from 'node:assert/strict';
import { request } from 'node:http';
import type { JsonObject } from '../../../core/metadata/json.ts';
import { apiSuite, bodyOf, codesOf, type ApiScene } from '../../kit/api.ts';
import { newFile, release } from '../../kit/changes.ts';
import { replyOf } from '../../kit/uploads.ts';

const nested = `${'['.repeat(100_000)}${']'.repeat(100_000)}`;
const mebibyte = 1 << 20;

describe('a hostile body', () => {
  const open = apiSuite();
  let scene: ApiScene;

  beforeEach(async () => {
    scene = await open();
  });

  function begin(path: string, headers: Readonly<Record<string, string | number>>) {
    const asked = request(`${scene.daemon.console}/api/v1${path}`, {
      method: 'POST',
      agent: false,
      headers: { authorization: `Bearer ${scene.alice}`, ...headers },
    });
    asked.on('error', () => undefined);
    return asked;
  }

  const json = { 'content-type': 'application/json' };

  it('that nests without end is refused, and so is a name that objects have of their own', async () => {
    for (const [body, code] of [
      [`{"add":{"a":{"custom":{"x":${nested}}}}}`, 'json.too-deep'],
      ['{"add":{"__proto__":{}}}', 'json.key'],
    ] as const) {
      const reply = await replyOf(begin('/changes/prepare', json).end(body));
      assert.deepEqual([reply.status, reply.code], [422, code]);
    }
  });

  it('whose metadata nests without end is refused, be the token bound to paths or not', async () => {
    const body = await bodyOf(scene.home, release(newFile));
    const text = `{"signed":{"delegations":${nested},"targets":${nested}},"signatures":[]}`;
    const metadata = { alice: Buffer.from(text).toString('base64') };
    const bound = await scene.token('bound', ['change:submit'], ['alice-project/']);
    for (const token of [scene.alice, bound]) {
      const reply = await scene.send({ ...body, metadata, targets: {} }, { token });
      assert.equal(reply.status, 422, JSON.stringify(reply.json));
    }
  });

  it('is refused before it comes where its length is too large, and where it grows too large', async () => {
    const announced = begin('/changes', { ...json, 'content-length': 17 * mebibyte });
    announced.flushHeaders();
    const told = await replyOf(announced);
    assert.deepEqual([told.status, told.code], [413, 'request.too-large']);
    announced.destroy();
    const growing = begin('/changes', json);
    const reply = replyOf(growing);
    for (let sent = 0; sent < 17; sent += 1) growing.write(Buffer.alloc(mebibyte, ' '));
    assert.equal((await reply).status, 413);
    growing.destroy();
  });

  it('of another type, or in an encoding, is refused', async () => {
    const base: JsonObject = { base: await scene.home.tip() };
    for (const headers of [
      { 'content-type': 'text/plain' },
      { 'content-type': 'multipart/form-data; boundary=x' },
      { 'content-encoding': 'gzip' },
      { 'content-encoding': 'br' },
    ]) {
      const reply = await scene.send(base, { headers });
      assert.equal(reply.status, 415, JSON.stringify(headers));
      assert.deepEqual(codesOf(reply), ['request.form']);
    }
  });
});

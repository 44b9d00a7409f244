import assert from 'node:assert/strict';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import Koa from 'koa';
import { z } from 'zod';
import { fault } from '../../../core/error/error.ts';
import { addToken, revokeToken } from '../../../core/home/tokens.ts';
import { useApi } from '../../../daemon/api/api.ts';
import { Refusal } from '../../../daemon/api/problems.ts';
import type { ApiRoute } from '../../../daemon/api/route.ts';
import { systemClock } from '../../../daemon/clock.ts';
import { temporaryFolder } from '../../kit/temporary-folder.ts';

const thing = z.object({ name: z.string() });
const answers = { 200: { description: 'the thing', body: thing } };

const routes: readonly ApiRoute[] = [
  {
    method: 'get',
    path: '/things/{name}',
    scope: 'open',
    operation: { id: 'getThing', summary: 'One thing', answers },
    handle: ({ ctx, params, token }) => {
      ctx.body = { name: params['name'], asker: token?.name };
      return Promise.resolve();
    },
  },
  {
    method: 'post',
    path: '/things/{name}',
    scope: ({ name = '' }) => `event:${name}`,
    operation: {
      id: 'postThing',
      summary: 'Changes it',
      body: { 'application/json': thing },
      answers,
    },
    handle: ({ ctx, token }) => {
      ctx.body = { name: token?.name };
      return Promise.resolve();
    },
  },
  {
    method: 'put',
    path: '/things/{name}',
    scope: 'blob:put',
    operation: { id: 'putThing', summary: 'Fails', answers },
    handle: ({ params }) => {
      if (params['name'] === 'broken') throw new RangeError('a defect at /srv/secret');
      const findings = ['a', 'b'].map((where) => fault('target.hash', where, 'another file'));
      throw new Refusal(422, findings);
    },
  },
];

describe('the upload API', () => {
  const folder = temporaryFolder();
  let server: Server;
  let url = '';
  let logged: unknown[] = [];

  beforeEach(async () => {
    logged = [];
    const app = new Koa();
    const tokensFile = path.join(folder.path, 'tokens.json');
    useApi(app, routes, {
      tokensFile,
      clock: systemClock,
      onError: (error) => logged.push(error),
    });
    const callback = app.callback();
    server = createServer((req, res) => void callback(req, res));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/api/v1`;
  });
  afterEach(async () => {
    await new Promise((resolve) => server.close(resolve));
  });

  let tokens = 0;
  async function tokenFor(...scopes: string[]): Promise<string> {
    const name = `token-${(tokens += 1)}`;
    const now = new Date();
    const expires = new Date(now.getTime() + 60_000);
    return addToken(path.join(folder.path, 'tokens.json'), { name, scopes, now, expires });
  }

  async function ask(method: string, at: string, token?: string, body?: string) {
    const response = await fetch(`${url}${at}`, {
      method,
      headers: token === undefined ? {} : { authorization: `Bearer ${token}` },
      ...(body === undefined ? {} : { body }),
    });
    const text = await response.text();
    const isJson = response.headers.get('content-type')?.includes('json') === true;
    const json = (isJson ? JSON.parse(text) : {}) as Record<string, unknown>;
    return { status: response.status, headers: response.headers, json };
  }

  it('lets anybody read what is open, and nobody with a token that is none', async () => {
    assert.equal((await ask('GET', '/things/a%2Fb')).json['name'], 'a/b');
    const unknown = await ask('GET', '/things/a', 'tog_wrong');
    assert.equal(unknown.status, 401);
    assert.equal(unknown.json['code'], 'token.unknown');
  });

  it('asks for a token of the right scope where something changes', async () => {
    const none = await ask('POST', '/things/release');
    assert.equal(none.status, 401);
    assert.equal(none.json['code'], 'token.required');
    assert.match(none.headers.get('www-authenticate') ?? '', /^Bearer /);
    const other = await ask('POST', '/things/release', await tokenFor('git:push', 'event:other'));
    assert.equal(other.status, 403);
    assert.equal(other.json['code'], 'token.scope');
    for (const scope of ['event:release', 'event:*']) {
      assert.equal((await ask('POST', '/things/release', await tokenFor(scope))).status, 200);
    }
  });

  it('refuses a token that was revoked a moment ago', async () => {
    const file = path.join(folder.path, 'tokens.json');
    const now = new Date();
    const expires = new Date(now.getTime() + 60_000);
    const token = await addToken(file, { name: 'alice', scopes: ['event:*'], now, expires });
    assert.equal((await ask('POST', '/things/a', token)).status, 200);
    await revokeToken(file, 'alice');
    assert.equal((await ask('POST', '/things/a', token)).status, 401);
  });

  it('tells all faults of a refusal as one problem', async () => {
    const { status, headers, json } = await ask('PUT', '/things/a', await tokenFor('blob:put'));
    assert.equal(status, 422);
    assert.equal(headers.get('content-type'), 'application/problem+json');
    assert.equal(json['code'], 'target.hash');
    assert.deepEqual(
      (json['errors'] as { where: string }[]).map(({ where }) => where),
      ['a', 'b'],
    );
  });

  it('says nothing of a defect of its own', async () => {
    const { status, json } = await ask('PUT', '/things/broken', await tokenFor('blob:put'));
    assert.equal(status, 500);
    assert.ok(!JSON.stringify(json).includes('secret'));
    assert.equal(logged.length, 1);
  });

  it('has no other methods and no other paths', async () => {
    const { status, headers, json } = await ask('PATCH', '/things/a');
    assert.equal(status, 405);
    assert.equal(json['code'], 'request.method');
    assert.match(headers.get('allow') ?? '', /POST/);
    assert.equal((await ask('GET', '/nothing')).status, 404);
  });

  it('describes every route, with who may', async () => {
    const { json } = await ask('GET', '/openapi.json');
    assert.equal(json['openapi'], '3.1.0');
    const paths = json['paths'] as Record<string, Record<string, { security: unknown }>>;
    assert.deepEqual(Object.keys(paths), ['/things/{name}', '/openapi.json']);
    assert.deepEqual(paths['/things/{name}']?.['get']?.security, [{}, { token: [] }]);
    assert.deepEqual(paths['/things/{name}']['post']?.security, [{ token: ['event:{name}'] }]);
  });
});

import assert from 'node:assert/strict';
import { readdir, stat } from 'node:fs/promises';
import path from 'node:path';
import { addToken, revokeToken } from '../../../core/home/tokens.ts';
import type { JsonObject } from '../../../core/metadata/json.ts';
import { filledIn, readApiDocument, sampleName, type Operation } from '../../kit/api-document.ts';
import { apiSuite, type ApiScene } from '../../kit/api.ts';
import type { TestHome } from '../../kit/home.ts';
import { rawRequest, type RawAnswer } from '../../kit/raw-request.ts';

/** One of each kind, none of them for what the samples name. */
const elsewhere = ['git:push', 'blob:put', 'change:submit', 'event:other', 'online:other'];
const hourMs = 3_600_000;

/** Bodies that say what the scope of a token has to say, where nothing less is read. */
const bodies: Readonly<Record<string, JsonObject>> = {
  submitChange: { event: sampleName },
  changeOnlineRole: { role: sampleName, targets: {} },
};

for (const fetch of ['open', 'token'] as const) {
  describe(`the routes of the API, where fetching is ${fetch}`, () => {
    const open = apiSuite();
    let scene: ApiScene;
    let operations: readonly Operation[] = [];

    beforeEach(async () => {
      scene = await open({ config: { git: { fetch } } });
      ({ operations } = await readApiDocument(scene.daemon.console));
    });

    const ask = ({ id, method, path: at }: Operation, token?: string) =>
      request(method, filledIn(at), token, bodies[id] ?? {});

    function request(method: string, at: string, token?: string, body: JsonObject = {}) {
      const takesBody = method !== 'GET' && method !== 'HEAD';
      const text = takesBody ? JSON.stringify(body) : '';
      return rawRequest(scene.daemon.console, `/api/v1${at}`, {
        method,
        withoutEvents: true,
        headers: {
          ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
          ...(takesBody
            ? { 'content-type': 'application/json', 'content-length': text.length }
            : {}),
        },
        ...(takesBody ? { body: text } : {}),
      });
    }

    /** Does it; fails unless every file of HOME is what it was, but for the list of tokens. */
    async function withoutEffect(act: () => Promise<void>): Promise<void> {
      const before = await filesOf(scene.home);
      await act();
      assert.deepEqual(await filesOf(scene.home), before);
    }

    it('know nobody without a token, and nobody whose token is made up, revoked or expired', async () => {
      await withoutEffect(async () => {
        const bad = ['tog_made-up', await revoked(scene.home), await expired(scene.home)];
        for (const operation of operations) {
          const { status } = await ask(operation);
          if (operation.scopes === 'open') assert.notEqual(status, 401, operation.id);
          else assert.equal(status, 401, operation.id);
          for (const token of bad) assert.equal((await ask(operation, token)).status, 401);
        }
      });
    });

    it('refuse every token that is for something else', async () => {
      await withoutEffect(async () => {
        for (const scope of elsewhere) {
          const token = await scene.token(scope.replace(':', '-'), [scope]);
          for (const operation of operations.filter((each) => isFor(each, scope) === false)) {
            const what = `${operation.id} with ${scope}`;
            const answer = await ask(operation, token);
            assert.equal(answer.status, 403, what);
            if (operation.method !== 'HEAD') assert.equal(codeOf(answer), 'token.scope', what);
          }
        }
      });
    });

    it('let the token through that is for them, and that one alone is needed', async () => {
      for (const operation of operations) {
        if (operation.scopes === 'open') continue;
        const wanted = operation.scopes.length === 0 ? ['git:push'] : operation.scopes;
        for (const scope of wanted) {
          const name = `${operation.id}-${scope.replaceAll(/\W/g, '-')}`;
          const token = await scene.token(name, [filledIn(scope)]);
          const body = scope.includes('{') ? bodies[operation.id] : {};
          const { method, path: at } = operation;
          const { status } = await request(method, filledIn(at), token, body);
          assert.ok(status !== 401 && status !== 403, `${operation.id} with ${scope}: ${status}`);
        }
      }
    });

    it('are there for their own methods alone, and nothing else is there', async () => {
      const token = await scene.token('everything', [...elsewhere.slice(0, 3), 'event:*']);
      await withoutEffect(async () => {
        const known = new Set(operations.map(({ method, path: at }) => `${method} ${at}`));
        for (const at of new Set(operations.map((each) => each.path))) {
          for (const method of ['GET', 'PUT', 'POST', 'PATCH', 'DELETE']) {
            if (known.has(`${method} ${at}`)) continue;
            // What one path has is a parameter of another: there it is looked for and not found.
            const { status } = await request(method, filledIn(at), token);
            assert.ok([404, 405].includes(status), `${method} ${at}: ${status}`);
          }
        }
        for (const at of ['/', '/tokens', '/blobs', '/changes/a/b', '/../tokens.json']) {
          assert.equal((await request('POST', at, token)).status, 404, at);
        }
      });
    });

    it('are not those of git, which have a scope of their own', async () => {
      const services = fetch === 'open' ? ['receive'] : ['receive', 'upload'];
      const other = await scene.token('other', elsewhere.slice(1));
      await withoutEffect(async () => {
        for (const [token, service] of pairs([undefined, other], services)) {
          const headers = token === undefined ? {} : { authorization: `Bearer ${token}` };
          const type = { 'content-type': `application/x-git-${service}-pack-request` };
          for (const [method, at, more] of [
            ['GET', `/info/refs?service=git-${service}-pack`, {}],
            ['POST', `/git-${service}-pack`, type],
          ] as const) {
            const options = { method, headers: { ...headers, ...more } };
            const answer = await rawRequest(scene.daemon.console, `/repository.git${at}`, options);
            assert.equal(answer.status, token === undefined ? 401 : 403, `${method} ${at}`);
          }
        }
      });
    });
  });
}

function pairs<A, B>(some: readonly A[], others: readonly B[]): readonly (readonly [A, B])[] {
  return some.flatMap((one) => others.map((other) => [one, other] as const));
}

/** Undefined where no token, or any, will do. */
function isFor({ scopes }: Operation, scope: string): boolean | undefined {
  if (scopes === 'open' || scopes.length === 0) return undefined;
  return scopes.includes(scope);
}

function codeOf({ body }: RawAnswer): unknown {
  return (JSON.parse(body.toString('utf8')) as JsonObject)['code'];
}

async function revoked(home: TestHome): Promise<string> {
  const now = new Date();
  const wanted = { name: 'revoked', scopes: allScopes, now, expires: later(now) };
  const token = await addToken(home.paths.tokens, wanted);
  await revokeToken(home.paths.tokens, 'revoked');
  return token;
}

function expired(home: TestHome): Promise<string> {
  const now = new Date(Date.now() - 2 * hourMs);
  const wanted = { name: 'expired', scopes: allScopes, now, expires: later(now) };
  return addToken(home.paths.tokens, wanted);
}

const allScopes = [...elsewhere, 'event:*', `online:${sampleName}`];
const later = (time: Date) => new Date(time.getTime() + hourMs);

async function filesOf({ dir, paths }: TestHome): Promise<readonly string[]> {
  const entries = await readdir(dir, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile());
  const described = files.map(async ({ parentPath, name }) => {
    const file = path.join(parentPath, name);
    if (file === paths.tokens) return '';
    const { size, mtimeMs } = await stat(file);
    return `${path.relative(dir, file)} ${size} ${mtimeMs}`;
  });
  return (await Promise.all(described)).sort();
}

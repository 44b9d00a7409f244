/** The upload API of a daemon in this process, as a client with a token sees it. */
import assert from 'node:assert/strict';
import { addToken } from '../../core/home/tokens.ts';
import type { JsonObject } from '../../core/metadata/json.ts';
import type { Daemon } from '../../daemon/serve.ts';
import { daemonSuite, type RunOptions } from './daemon.ts';
import { installHomeHooks } from './home-hooks.ts';
import { newFile, release } from './changes.ts';
import { signedOf, type HomeOptions, type TestHome } from './home.ts';
import type { Change } from './push-scene.ts';
import { people, putRole, signaturesOf, type Tree } from './source-tree.ts';

export interface Reply {
  readonly status: number;
  readonly headers: Headers;
  readonly json: JsonObject;
}

export interface Asking {
  readonly method?: string;
  readonly token?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
}

export interface ApiScene {
  readonly home: TestHome;
  readonly daemon: Daemon;
  /** A token of alice's, for changes. */
  readonly alice: string;
  token(name: string, scopes: readonly string[], prefixes?: readonly string[]): Promise<string>;
  ask(path: string, asking?: Asking): Promise<Reply>;
  /** `POST /changes` with alice's token, or another. */
  send(body: JsonObject, asking?: Asking): Promise<Reply>;
  /** Ends the daemon and starts another. */
  restart(): Promise<void>;
}

export interface ApiOptions extends HomeOptions {
  /** Before it is served. */
  readonly prepare?: (home: TestHome) => Promise<unknown>;
  readonly run?: RunOptions;
}

/** Makes scenes for the suite that calls this: a HOME with its hook, served. */
export function apiSuite(): (options?: ApiOptions) => Promise<ApiScene> {
  const suite = daemonSuite();
  return async ({ prepare, run, ...options } = {}) => {
    const home = await suite.home(options);
    await installHomeHooks(home.paths);
    await prepare?.(home);
    return sceneOf(home, () => suite.serve(home, run));
  };
}

async function sceneOf(home: TestHome, serve: () => Promise<Daemon>): Promise<ApiScene> {
  let daemon = await serve();
  const token: ApiScene['token'] = (name, scopes, prefixes = []) => {
    const now = new Date();
    const expires = new Date(now.getTime() + 3_600_000);
    return addToken(home.paths.tokens, { name, scopes, prefixes, now, expires });
  };
  const alice = await token('alice', ['change:submit', 'event:*']);
  const ask: ApiScene['ask'] = (path, asking) => askApi(daemon, path, asking);
  return {
    home,
    alice,
    token,
    ask,
    get daemon() {
      return daemon;
    },
    send: (body, asking = {}) => ask('/changes', { token: alice, ...asking, method: 'POST', body }),
    restart: async () => {
      await daemon.close();
      daemon = await serve();
    },
  };
}

export async function askApi(
  daemon: Pick<Daemon, 'console'>,
  path: string,
  asking: Asking = {},
): Promise<Reply> {
  const { method = 'GET', token, headers = {}, body } = asking;
  const response = await fetch(`${daemon.console}/api/v1${path}`, {
    method,
    headers: {
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...headers,
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  const isJson = response.headers.get('content-type')?.includes('json') === true;
  const json = (isJson ? JSON.parse(text) : {}) as JsonObject;
  return { status: response.status, headers: response.headers, json };
}

/** The body that sends what differs between two trees. */
export function changeOf(base: string, before: Tree, after: Tree): JsonObject {
  const metadata: JsonObject = {};
  const targets: JsonObject = {};
  for (const path of new Set([...before.keys(), ...after.keys()])) {
    const bytes = after.get(path);
    if (before.get(path) === bytes) continue;
    const content = bytes && Buffer.from(bytes).toString('base64');
    const role = /^metadata\/([^/]+)\.json$/.exec(path)?.[1];
    if (role !== undefined) metadata[role] = content ?? null;
    if (path.startsWith('targets/')) {
      targets[path.slice('targets/'.length)] = content === undefined ? null : { content };
    }
  }
  return { base, metadata, targets };
}

/** The body of a change that is made on the tip of `main`. */
export async function bodyOf(home: TestHome, change: Change): Promise<JsonObject> {
  const after: Tree = new Map(home.tree);
  change(after, []);
  return changeOf(await home.tip(), home.tree, after);
}

/** Opens an event that lacks alice's signature alone. */
export async function openEvent(
  { home, send }: Pick<ApiScene, 'home' | 'send'>,
  name: string,
  asking?: Asking,
): Promise<{ readonly id: string; readonly signature: JsonObject }> {
  const after: Tree = new Map(home.tree);
  release(newFile)(after, []);
  const signed = signedOf(after, 'alice');
  putRole(after, 'alice', signed, []);
  const body = changeOf(await home.tip(), home.tree, after);
  const { id } = accepted(await send({ ...body, event: name }, asking));
  const [signature] = signaturesOf(signed, [people.alice]);
  return { id: id as string, signature: { role: 'alice', ...signature } };
}

/** All codes of a problem. */
export function codesOf({ json }: Reply): readonly string[] {
  const errors = (json['errors'] ?? [json]) as JsonObject[];
  return [...new Set(errors.map(({ code }) => code as string))].sort();
}

export function accepted(reply: Reply): JsonObject {
  assert.equal(reply.status, 201, JSON.stringify(reply.json));
  return reply.json;
}

import { Errors, fetch, listServerRefs, push, type AuthCallback } from 'isomorphic-git';
import http from 'isomorphic-git/http/node';
import { fault, visible, type TufOnGitError } from '../../error/error.ts';
import { objectId, type ObjectId } from '../object-id.ts';
import type { Clone } from './clone.ts';
import { collectLines, type HookLines } from './hook-lines.ts';
import { beThatPatient, silenceMs } from './patient-agents.ts';
import { requirePrivate } from './private-url.ts';
import type { Remote } from './remote.ts';
import type { PushResult } from './workspace.ts';

/** HTTP by isomorphic-git: nothing needs to be installed. */
export function httpRemote(url: string, token: string | undefined): Remote {
  beThatPatient();
  const login = { onAuth: giving(url, token), onAuthFailure: refusedToken(url) };
  return {
    fetch: (clone) => fetchAll(clone, url, login),
    refs: (_clone, prefix) => listRefs(url, prefix, login),
    fetchRef: (clone, ref) => fetchOne(clone, { url, ref }, login),
    push: (clone, from, to, onMessage) => pushOne(clone, { url, from, to }, login, onMessage),
  };
}

interface Login {
  readonly onAuth: AuthCallback;
  readonly onAuthFailure: AuthCallback;
}

async function fetchAll(clone: Clone, url: string, login: Login): Promise<void> {
  try {
    await fetch({ ...clone, http, ...login, url, remote: 'origin', prune: true, tags: false });
  } catch (error) {
    throw translated(error, url);
  }
}

async function listRefs(
  url: string,
  prefix: string,
  login: Login,
): Promise<ReadonlyMap<string, ObjectId>> {
  try {
    const refs = await listServerRefs({ http, ...login, url, prefix, protocolVersion: 1 });
    return new Map(refs.map(({ ref, oid }) => [ref, objectId(oid)] as const));
  } catch (error) {
    throw translated(error, url);
  }
}

async function fetchOne(
  clone: Clone,
  { url, ref }: { readonly url: string; readonly ref: string },
  login: Login,
): Promise<void> {
  const one = { remote: 'origin', remoteRef: ref, singleBranch: true, tags: false };
  try {
    await fetch({ ...clone, http, ...login, url, ...one });
  } catch (error) {
    throw translated(error, url);
  }
}

interface Push {
  readonly url: string;
  readonly from: string;
  readonly to: string;
}

async function pushOne(
  clone: Clone,
  { url, from, to }: Push,
  login: Login,
  onMessage: (line: string) => void,
): Promise<PushResult> {
  const said = collectLines(onMessage);
  const target = { ref: from, remoteRef: to, remote: 'origin', url };
  try {
    await push({ ...clone, http, ...login, ...target, onMessage: said.take });
    return { accepted: true, lines: await all(said) };
  } catch (error) {
    const reason = refusal(error, to);
    if (reason === undefined) throw translated(error, url);
    return { accepted: false, lines: await all(said), reason };
  }
}

/** isomorphic-git does not wait for the last lines: they are there before the next turn. */
async function all(said: HookLines): Promise<readonly string[]> {
  await new Promise((resolve) => setImmediate(resolve));
  return said.end();
}

/** Why the server, or isomorphic-git before it, did not take the push; undefined for other trouble. */
function refusal(error: unknown, ref: string): string | undefined {
  if (error instanceof Errors.PushRejectedError) return 'non-fast-forward';
  if (!(error instanceof Errors.GitPushError)) return undefined;
  const { result } = error.data;
  return visible(result.refs[ref]?.error ?? result.error ?? 'refused');
}

function giving(url: string, token: string | undefined): AuthCallback {
  return () => {
    if (token === undefined) {
      throw fault('repository.refused', url, 'the server asks for a token', {
        hint: 'its operator makes one: tuf-on-git token add',
      });
    }
    requirePrivate(url);
    return { username: 'token', password: token };
  };
}

function refusedToken(url: string): AuthCallback {
  return () => {
    throw fault('repository.refused', url, 'the server does not accept the token', {
      hint: 'it may have expired, or may have been revoked',
    });
  };
}

/** isomorphic-git's errors and those of sockets, as ours; what is neither is a defect and stays. */
function translated(error: unknown, url: string): unknown {
  if (error instanceof Errors.HttpError) return httpFault(error, url);
  if (error instanceof Errors.SmartHttpError) {
    return fault('repository.refused', url, 'there is no git repository at this address');
  }
  if (error instanceof Error && error.message === 'Request timed out') {
    const message = `no answer for ${silenceMs / 60_000} minutes`;
    return fault('repository.unreachable', url, message, { cause: error });
  }
  if (isSocketError(error)) {
    return fault('repository.unreachable', url, `no connection (${error.code})`, { cause: error });
  }
  if (error instanceof Error && 'code' in error && 'data' in error) {
    return fault('repository.git', url, visible(error.message.slice(0, 200)), { cause: error });
  }
  return error;
}

function httpFault(error: InstanceType<typeof Errors.HttpError>, url: string): TufOnGitError {
  const { statusCode } = error.data;
  // Of a refused POST it is undefined, whatever its type says.
  const response: unknown = error.data.response;
  const text = typeof response === 'string' ? response : '';
  const line = visible(text.split('\n', 1)[0]?.slice(0, 200) ?? '');
  const message = `status ${statusCode}${line === '' ? '' : `: ${line}`}`;
  const isPassing = statusCode >= 500 || statusCode === 429;
  const code = isPassing ? 'repository.unreachable' : 'repository.refused';
  return fault(code, url, message, { cause: error });
}

/** `ECONNREFUSED`, `ENOTFOUND`, `CERT_HAS_EXPIRED`: what sockets and TLS report; files have a path. */
function isSocketError(error: unknown): error is Error & { code: string } {
  if (!(error instanceof Error) || !('code' in error) || 'path' in error) return false;
  return typeof error.code === 'string' && /^[A-Z][A-Z0-9_]+$/.test(error.code);
}

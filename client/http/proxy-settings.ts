/**
 * Which proxy a request takes, by the environment variables that curl goes by: `http_proxy`,
 * `https_proxy`, `all_proxy` and `no_proxy`, each in capitals too. An empty one counts as not set.
 */
import { fault } from '../../core/error/error.ts';
import { isExempt } from './no-proxy.ts';

export type Environment = Readonly<Record<string, string | undefined>>;

export interface Proxy {
  /** `http:` or `https:`: how the proxy itself is spoken to. */
  readonly protocol: 'http:' | 'https:';
  /** A name or an IP address, the latter without brackets. */
  readonly hostname: string;
  readonly port: number;
  /** As messages name it: without name and password. */
  readonly url: string;
  /** The value of a `proxy-authorization` header. */
  readonly authorization?: string;
}

/** False when no variable names a proxy at all, which is how most machines are set up. */
export function mayNeedProxy(env: Environment): boolean {
  return ['http:', 'https:'].some((protocol) => variableFor(protocol, env) !== undefined);
}

/** @throws `client.configuration` where the variable that applies holds no URL of a proxy */
export function proxyFor(url: URL, env: Environment): Proxy | undefined {
  const variable = variableFor(url.protocol, env);
  if (variable === undefined) return undefined;
  const exempt = env['no_proxy'] ?? env['NO_PROXY'] ?? '';
  return isExempt(url, exempt) ? undefined : parseProxy(env[variable] ?? '', variable);
}

function variableFor(protocol: string, env: Environment): string | undefined {
  const ofProtocol = protocol === 'https:' ? ['https_proxy', 'HTTPS_PROXY'] : httpVariables(env);
  return [...ofProtocol, 'all_proxy', 'ALL_PROXY'].find((name) => (env[name] ?? '') !== '');
}

/** Under CGI, `HTTP_PROXY` is what a stranger sent as the header `Proxy` (CVE-2016-5385). */
function httpVariables(env: Environment): readonly string[] {
  return env['REQUEST_METHOD'] === undefined ? ['http_proxy', 'HTTP_PROXY'] : ['http_proxy'];
}

function parseProxy(value: string, variable: string): Proxy {
  const text = value.includes('://') ? value : `http://${value}`;
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const isHttp = url?.protocol === 'http:' || url?.protocol === 'https:';
  const authorization = url && isHttp ? authorizationOf(url) : undefined;
  if (!url || !isHttp || authorization === undefined) {
    throw fault('client.configuration', variable, 'it does not hold the URL of an http proxy', {
      hint: 'write http://HOST:PORT or http://USER:PASSWORD@HOST:PORT, with %-escapes in both',
    });
  }
  return {
    protocol: url.protocol === 'https:' ? 'https:' : 'http:',
    hostname: url.hostname.replace(/^\[(.*)\]$/, '$1'),
    port: Number(url.port) || (url.protocol === 'https:' ? 443 : 80),
    url: `${url.protocol}//${url.host}`,
    ...(authorization === '' ? {} : { authorization }),
  };
}

/** Empty without a name and a password, undefined when they cannot be read. */
function authorizationOf({ username, password }: URL): string | undefined {
  if (username === '' && password === '') return '';
  try {
    const pair = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`;
    return `Basic ${Buffer.from(pair).toString('base64')}`;
  } catch (error) {
    if (error instanceof URIError) return undefined;
    throw error;
  }
}

import * as http from 'node:http';
import * as https from 'node:https';
import type { SecureContext } from 'node:tls';
import { urlToHttpOptions } from 'node:url';
import { mayNeedProxy, proxyFor, type Environment, type Proxy } from './proxy-settings.ts';

export interface ConnectionSettings {
  /** Whose proxy variables count. */
  readonly env: Environment;
  /** Certificates in PEM, of authorities that are trusted beside the usual ones. */
  readonly ca?: string | Uint8Array;
  /** Until the answer begins, connecting included. In milliseconds. */
  readonly answerTimeoutMs: number;
}

/** How a request gets to its server. */
export interface Route {
  readonly options: https.RequestOptions;
  /** To be sent beside those of the request. */
  readonly headers: http.OutgoingHttpHeaders;
  /** The proxy on the way, as messages name it. */
  readonly proxy: string | undefined;
}

/** The connections of one fetcher, kept open between requests: one pool for each way. */
export class Connections {
  readonly #settings: ConnectionSettings;
  readonly #agents = new Map<string, http.Agent>();
  #secureContext: Promise<SecureContext> | undefined;

  constructor(settings: ConnectionSettings) {
    this.#settings = settings;
  }

  /** @throws `client.configuration` for a bad proxy variable, or a bad `ca` */
  async to(url: URL): Promise<Route> {
    const { env } = this.#settings;
    const proxy = mayNeedProxy(env) ? proxyFor(url, env) : undefined;
    const origin = urlToHttpOptions(url);
    if (proxy === undefined) {
      const agent = await this.#direct(url.protocol);
      return { options: { ...origin, agent }, headers: {}, proxy: undefined };
    }
    if (url.protocol === 'https:') {
      const agent = await this.#tunnel(proxy);
      return { options: { ...origin, agent }, headers: {}, proxy: proxy.url };
    }
    return this.#throughProxy(proxy, url);
  }

  /** Ends the connections that are open; a later request opens new ones. */
  close(): void {
    for (const agent of this.#agents.values()) agent.destroy();
    this.#agents.clear();
  }

  /** An http request is the proxy's to make: it is given the whole URL. */
  async #throughProxy(proxy: Proxy, url: URL): Promise<Route> {
    const { protocol, hostname, port, authorization } = proxy;
    const path = `${url.protocol}//${url.host}${url.pathname}${url.search}`;
    const agent = await this.#direct(protocol);
    return {
      options: { ...urlToHttpOptions(url), protocol, hostname, port, path, agent },
      headers: {
        host: url.host,
        ...(authorization === undefined ? {} : { 'proxy-authorization': authorization }),
      },
      proxy: proxy.url,
    };
  }

  async #direct(protocol: string): Promise<http.Agent> {
    if (protocol !== 'https:') return this.#agent('http:', () => new http.Agent(keepAlive));
    const tls = await this.#tls();
    return this.#agent('https:', () => new https.Agent({ ...keepAlive, ...tls }));
  }

  async #tunnel(proxy: Proxy): Promise<http.Agent> {
    const { TunnelAgent } = await import('./proxy-tunnel.ts');
    const settings = { timeoutMs: this.#settings.answerTimeoutMs, ...(await this.#tls()) };
    return this.#agent(
      `${proxy.url} ${proxy.authorization ?? ''}`,
      () => new TunnelAgent(proxy, settings),
    );
  }

  #agent(key: string, make: () => http.Agent): http.Agent {
    const agent = this.#agents.get(key) ?? make();
    this.#agents.set(key, agent);
    return agent;
  }

  async #tls(): Promise<{ readonly secureContext?: SecureContext }> {
    const { ca, env } = this.#settings;
    if (ca === undefined) return {};
    this.#secureContext ??= import('./certificates.ts').then(({ contextTrusting }) =>
      contextTrusting(ca, env),
    );
    return { secureContext: await this.#secureContext };
  }
}

const keepAlive = { keepAlive: true };

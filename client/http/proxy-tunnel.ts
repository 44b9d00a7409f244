import * as http from 'node:http';
import * as https from 'node:https';
import { isIPv6 } from 'node:net';
import type { Duplex } from 'node:stream';
import type { SecureContext } from 'node:tls';
import { fault, type TufOnGitError } from '../../core/error/error.ts';
import { networkFault } from './network-fault.ts';
import { proxyRefusal } from './proxy-refusal.ts';
import type { Proxy } from './proxy-settings.ts';

type OnConnection = (error: Error | null, stream: Duplex) => void;

export interface TunnelSettings {
  readonly timeoutMs: number;
  readonly secureContext?: SecureContext;
}

/**
 * Connections through a proxy: it is asked to CONNECT, and what comes back is the wire to the
 * origin, with which TLS begins only then. The proxy's answer is never taken for the origin's: its
 * 404 would else mean that there is no newer root.
 */
export class TunnelAgent extends https.Agent {
  readonly #proxy: Proxy;
  readonly #settings: TunnelSettings;

  constructor(proxy: Proxy, settings: TunnelSettings) {
    const { secureContext } = settings;
    super({ keepAlive: true, ...(secureContext === undefined ? {} : { secureContext }) });
    this.#proxy = proxy;
    this.#settings = settings;
  }

  override createConnection(options: https.RequestOptions, callback?: OnConnection): undefined {
    const origin = authorityOf(options);
    this.#connect(origin).then(
      (socket) => {
        const onTop = super.createConnection({ ...options, socket } as https.RequestOptions);
        if (onTop) callback?.(null, onTop);
      },
      (error: unknown) => {
        // the stream is looked at only where there is no error
        callback?.(networkFault(`https://${origin}`, error), undefined as unknown as Duplex);
      },
    );
  }

  #connect(origin: string): Promise<Duplex> {
    const { timeoutMs, secureContext } = this.#settings;
    const { protocol, hostname, port, url, authorization } = this.#proxy;
    const request = (protocol === 'https:' ? https : http).request({
      ...{ protocol, hostname, port, method: 'CONNECT', path: origin, agent: false },
      headers: {
        host: origin,
        ...(authorization === undefined ? {} : { 'proxy-authorization': authorization }),
      },
      ...(secureContext === undefined ? {} : { secureContext }),
    });
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        const seconds = timeoutMs / 1000;
        request.destroy(fault('download.too-slow', url, `the proxy says nothing in ${seconds} s`));
      }, timeoutMs);
      request.once('close', () => {
        clearTimeout(timer);
      });
      request.once('error', (error) => {
        reject(networkFault(url, error));
      });
      request.once('connect', (answer, socket, head) => {
        clearTimeout(timer);
        const refusal = refusalOf(answer, head, url, origin);
        if (refusal === undefined) {
          resolve(socket);
        } else {
          socket.destroy();
          reject(refusal);
        }
      });
      request.end();
    });
  }
}

function authorityOf({ host, port }: https.RequestOptions): string {
  const name = host ?? '';
  return `${isIPv6(name) ? `[${name}]` : name}:${port ?? 443}`;
}

function refusalOf(
  { statusCode = 0 }: http.IncomingMessage,
  head: Uint8Array,
  proxy: string,
  origin: string,
): TufOnGitError | undefined {
  if (statusCode >= 200 && statusCode < 300 && head.length === 0) return undefined;
  const message = `the proxy answered ${statusCode} when asked for ${origin}`;
  return statusCode >= 500
    ? fault('download.unreachable', proxy, message)
    : proxyRefusal(proxy, message, statusCode);
}

/**
 * Somebody who stands between people and the console, or is the console: everything goes through, and
 * something may be done first. A server that lies is one of these.
 */
import { createServer, request, type IncomingMessage, type ServerResponse } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { listen } from './listen.ts';
import type { Stage } from './stage.ts';

/** A request on its way. */
export interface Passing {
  readonly method: string;
  /** Path and query. */
  readonly path: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: Buffer;
}

/** What is done before a request goes on. @returns the body that goes on; undefined: as it came */
export type Tamper = (passing: Passing) => Promise<Buffer | undefined>;

export class Middleman {
  readonly url: string;
  tamper: Tamper = honest;

  private constructor(url: string) {
    this.url = url;
  }

  /** Stands there until the stage ends, and is honest until it is told what to do. */
  static async enter(stage: Stage, server: string): Promise<Middleman> {
    const listener = createServer((asked, answer) => {
      pass(server, asked, answer, (passing) => middleman.tamper(passing)).catch(
        (error: unknown) => {
          answer.destroy(error instanceof Error ? error : undefined);
        },
      );
    });
    const middleman = new Middleman(await listen(stage, listener));
    return middleman;
  }

  /** Does something once, before the first request that fits goes on. */
  once(method: string, path: RegExp, work: Tamper): void {
    this.tamper = (passing) => {
      if (passing.method !== method || !path.test(passing.path)) return honest();
      this.tamper = honest;
      return work(passing);
    };
  }
}

const honest = () => Promise.resolve(undefined);

async function pass(
  server: string,
  asked: IncomingMessage,
  answer: ServerResponse,
  tamper: Tamper,
): Promise<void> {
  const { method = 'GET', url: path = '/', headers } = asked;
  const body = await buffer(asked);
  const sent = (await tamper({ method, path, headers, body })) ?? body;
  const onward = request(`${server}${path}`, { method, headers });
  onward.removeHeader('transfer-encoding');
  onward.setHeader('content-length', sent.length);
  onward.on('error', () => answer.destroy());
  onward.on('response', (response) => {
    answer.writeHead(response.statusCode ?? 502, response.headers);
    response.pipe(answer);
  });
  onward.end(sent);
}

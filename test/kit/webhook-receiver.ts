import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import type { JsonObject } from '../../core/metadata/json.ts';
import { freePort } from './free-port.ts';

export interface Received {
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
  readonly type: string;
  readonly data: JsonObject;
}

export interface WebhookReceiver {
  readonly url: string;
  /** What it answered with a status below 300. */
  readonly taken: readonly Received[];
  /** All that was sent to it. */
  readonly received: readonly Received[];
  /** What it answers from now on; 'nothing': it lets the sender wait. */
  answer(status: number | 'nothing'): void;
  close(): Promise<void>;
}

/** A real HTTP server that takes notices. @param port 0 takes a free one */
export async function webhookReceiver(port = 0): Promise<WebhookReceiver> {
  const received: Received[] = [];
  const taken: Received[] = [];
  let status: number | 'nothing' = 204;
  const server = createServer((request, response) => {
    void text(request).then((body) => {
      const { type, data } = JSON.parse(body) as { type: string; data: JsonObject };
      const message = { headers: request.headers, body, type, data };
      received.push(message);
      if (status === 'nothing') return;
      if (status < 300) taken.push(message);
      response.writeHead(status, { Location: '/elsewhere' }).end();
    });
  });
  server.listen(port === 0 ? await freePort() : port, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`,
    taken,
    received,
    answer: (next) => {
      status = next;
    },
    close: async () => {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}

/** Fails unless the message has the signature that Standard Webhooks asks for. */
export function assertSigned({ headers, body }: Received, secret: Buffer): void {
  const { 'webhook-id': id, 'webhook-timestamp': at, 'webhook-signature': given } = headers;
  const mac = createHmac('sha256', secret).update(`${String(id)}.${String(at)}.${body}`);
  assert.equal(given, `v1,${mac.digest('base64')}`);
}

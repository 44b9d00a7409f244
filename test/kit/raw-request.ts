import { request, type IncomingHttpHeaders, type RequestOptions } from 'node:http';

export interface RawAnswer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

export interface RawAsking extends RequestOptions {
  readonly body?: string;
  /** Of a stream of events take the head alone, and hang up: some have no end. */
  readonly withoutEvents?: boolean;
}

/** One request with exactly this path: `fetch` would tidy it up first. */
export function rawRequest(base: string, path: string, asking: RawAsking = {}): Promise<RawAnswer> {
  const { body, withoutEvents = false, ...options } = asking;
  const { hostname, port } = new URL(base);
  return new Promise((resolve, reject) => {
    const asked = request({ agent: false, ...options, hostname, port, path }, (response) => {
      const chunks: Buffer[] = [];
      const { statusCode = 0, headers } = response;
      const answer = () => {
        resolve({ status: statusCode, headers, body: Buffer.concat(chunks) });
      };
      if (withoutEvents && headers['content-type'] === 'text/event-stream') {
        response.destroy();
        answer();
        return;
      }
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('error', reject);
      response.on('end', answer);
    });
    asked.on('error', reject);
    asked.end(body);
  });
}

import { request, type IncomingHttpHeaders, type RequestOptions } from 'node:http';

export interface RawAnswer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

/** One request with exactly this path: `fetch` would tidy it up first. Of a stream of events, the head. */
export function rawRequest(
  base: string,
  path: string,
  options: RequestOptions & { readonly body?: string } = {},
): Promise<RawAnswer> {
  const { hostname, port } = new URL(base);
  return new Promise((resolve, reject) => {
    const asked = request({ agent: false, ...options, hostname, port, path }, (response) => {
      const chunks: Buffer[] = [];
      const { statusCode = 0, headers } = response;
      const answer = () => {
        resolve({ status: statusCode, headers, body: Buffer.concat(chunks) });
      };
      if (headers['content-type']?.startsWith('text/event-stream') === true) {
        response.destroy(); // it has no end
        answer();
        return;
      }
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('error', reject);
      response.on('end', answer);
    });
    asked.on('error', reject);
    asked.end(options.body);
  });
}

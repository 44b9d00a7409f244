import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';

/** Where the answers for a file are cut. */
export interface Cut {
  readonly file: string;
  /** Bytes of the answer, its head included, after which the connection ends; one for each answer. */
  readonly after: readonly number[];
}

export interface CuttingServer {
  /** The content URL of a server whose connections are cut so: the cuts of each are its own. */
  readonly with: (cut: Cut) => string;
  readonly close: () => Promise<void>;
}

/** Serves files from memory, ranges too, on connections that break. */
export async function cuttingServer(
  files: ReadonlyMap<string, Uint8Array>,
): Promise<CuttingServer> {
  const cuts: { readonly file: string; readonly left: number[] }[] = [];
  const server = createServer((request) => {
    const [, number, path] = /^\/(\d+)\/(.*)$/.exec(decodeURIComponent(request.url ?? '')) ?? [];
    const cut = cuts[Number(number)];
    const answer = answerFor(files.get(path ?? ''), request);
    const after = cut?.file === path ? cut?.left.shift() : undefined;
    if (after === undefined) request.socket.write(answer);
    else request.socket.end(answer.subarray(0, after));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    with: ({ file, after }) => {
      const number = cuts.push({ file, left: [...after] }) - 1;
      return `http://127.0.0.1:${port}/${number}/`;
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => {
          resolve();
        });
        server.closeAllConnections();
      }),
  };
}

/** The whole answer, byte for byte. */
export function answerFor(
  file: Uint8Array | undefined,
  { headers }: Pick<IncomingMessage, 'headers'> = { headers: {} },
): Buffer {
  if (file === undefined) return Buffer.from('HTTP/1.1 404 Not Found\r\ncontent-length: 0\r\n\r\n');
  const start = Number(/^bytes=(\d+)-$/.exec(headers.range ?? '')?.[1] ?? 0);
  const range = `content-range: bytes ${start}-${file.length - 1}/${file.length}\r\n`;
  const head = start === 0 ? 'HTTP/1.1 200 OK\r\n' : `HTTP/1.1 206 Partial Content\r\n${range}`;
  const length = `content-length: ${file.length - start}\r\netag: "one"\r\n\r\n`;
  return Buffer.concat([Buffer.from(head + length), file.subarray(start)]);
}

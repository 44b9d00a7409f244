import { connect, createServer, type AddressInfo, type Socket } from 'node:net';

export interface CuttingProxy {
  /** Base URL of the proxy. */
  readonly url: string;
  /** From now on, each of the next connections is cut after so many bytes towards the server. */
  cut(afterBytes: readonly number[]): void;
  /** Bytes that came from clients so far. */
  received(): number;
  close(): Promise<void>;
}

/** A way to a server on which connections break. */
export async function cuttingProxy(target: string): Promise<CuttingProxy> {
  const { hostname, port } = new URL(target);
  const open = new Set<Socket>();
  let cuts: number[] = [];
  let received = 0;
  const server = createServer((client) => {
    const upstream = connect(Number(port), hostname);
    let left = Infinity;
    for (const socket of [client, upstream]) {
      open.add(socket);
      socket.on('error', () => undefined);
      socket.once('close', () => {
        open.delete(socket);
        client.destroy();
        upstream.destroy();
      });
    }
    client.on('data', (chunk: Buffer) => {
      // Only what is sent in earnest is cut: questions are short.
      if (left === Infinity && chunk.toString('latin1', 0, 4) === 'PUT ') {
        left = cuts.shift() ?? Infinity;
      }
      received += chunk.length;
      left -= chunk.length;
      if (left < 0) client.destroy();
      else if (!upstream.write(chunk)) client.pause();
    });
    upstream.on('drain', () => client.resume());
    upstream.pipe(client);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    cut: (afterBytes) => {
      cuts = [...afterBytes];
    },
    received: () => received,
    close: async () => {
      for (const socket of open) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

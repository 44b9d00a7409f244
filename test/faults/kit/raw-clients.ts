import { once } from 'node:events';
import { connect, type Socket } from 'node:net';

/** Connections on which anything may be sent. */
export interface RawClients {
  readonly sockets: readonly Socket[];
  /** Resolves when the server has ended all of them. */
  readonly ended: Promise<void>;
  /** What came back on each so far, as far as it was read. */
  answers(): readonly string[];
  destroy(): void;
}

/**
 * @param send what each one sends at first
 * @param reads false: it never takes anything of its answer
 */
export async function rawClients(
  url: string,
  count: number,
  send: string | Uint8Array = '',
  reads = true,
): Promise<RawClients> {
  const { hostname, port } = new URL(url);
  const answers: string[] = [];
  const sockets: Socket[] = [];
  const ends: Promise<void>[] = [];
  // A few at a time: the queue of connections that nobody has taken yet is short.
  const atATime = 100;
  while (sockets.length < count) {
    const opened = Array.from({ length: Math.min(atATime, count - sockets.length) }, async () => {
      const socket = connect(Number(port), hostname);
      const at = sockets.push(socket) - 1;
      answers[at] = '';
      ends.push(
        new Promise((resolve) =>
          socket.once('close', () => {
            resolve();
          }),
        ),
      );
      // To be cut off is what it is here for.
      socket.on('error', () => undefined);
      if (reads) {
        socket.on(
          'data',
          (chunk) => (answers[at] = `${answers[at] ?? ''}${chunk.toString('latin1')}`),
        );
      } else socket.pause();
      await once(socket, 'connect');
      if (send.length > 0) socket.write(send);
    });
    await Promise.all(opened);
  }
  return {
    sockets,
    ended: Promise.all(ends).then(() => undefined),
    answers: () => answers,
    destroy: () => {
      for (const socket of sockets) socket.destroy();
    },
  };
}

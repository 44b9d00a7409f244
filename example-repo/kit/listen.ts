import type { Server } from 'node:http';
import type { Stage } from './stage.ts';
import { StoryFailure } from './story-failure.ts';

/** Listens until the stage ends. @returns the base URL, without a slash at its end */
export async function listen(stage: Stage, server: Server, port = 0): Promise<string> {
  stage.onEnd(() => close(server));
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      const isTaken = error.code === 'EADDRINUSE';
      reject(
        isTaken ? new StoryFailure(`port ${port} is in use; choose another: --port N`) : error,
      );
    });
    server.listen(port, '127.0.0.1', resolve);
  });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new TypeError('no TCP address');
  return `http://127.0.0.1:${address.port}`;
}

function close(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => {
      resolve();
    });
    server.closeAllConnections();
  });
}

/** Any web server, storage or CDN: files of a folder over HTTP, and not a thought of TUF. */
import { createReadStream, statSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import path from 'node:path';
import type { Stage } from './stage.ts';
import { StoryFailure } from './story-failure.ts';

/** Serves until the stage ends. @returns the base URL, without a slash at its end */
export async function serveFolder(stage: Stage, folder: string, port = 0): Promise<string> {
  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url ?? '/', 'http://localhost');
    const file = path.join(folder, path.posix.normalize(decodeURIComponent(pathname)));
    const found = statSync(file, { throwIfNoEntry: false });
    if (found?.isFile() !== true) {
      response.writeHead(404).end();
      return;
    }
    response.writeHead(200, { 'Content-Length': found.size });
    createReadStream(file).pipe(response);
  });
  stage.onEnd(() => close(server));
  return listen(server, port);
}

/** Somebody who answers every question with bytes that never end. */
export async function serveWithoutEnd(stage: Stage): Promise<string> {
  const chunk = Buffer.alloc(65_536, ' ');
  const server = createServer((_request, response) => {
    const more = () => {
      while (!response.destroyed && response.write(chunk));
    };
    response.on('drain', more);
    more();
  });
  stage.onEnd(() => close(server));
  return listen(server, 0);
}

function listen(server: Server, port: number): Promise<string> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      const isTaken = error.code === 'EADDRINUSE';
      reject(
        isTaken ? new StoryFailure(`port ${port} is in use; choose another: --port N`) : error,
      );
    });
    server.listen(port, '127.0.0.1', () => {
      const address = server.address();
      if (address === null || typeof address === 'string') reject(new TypeError('no TCP address'));
      else resolve(`http://127.0.0.1:${address.port}`);
    });
  });
}

function close(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => {
      resolve();
    });
    server.closeAllConnections();
  });
}

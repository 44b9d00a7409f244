/** Any web server, storage or CDN: files of a folder over HTTP, and not a thought of TUF. */
import { createReadStream, statSync } from 'node:fs';
import { createServer } from 'node:http';
import path from 'node:path';
import { listen } from './listen.ts';
import type { Stage } from './stage.ts';

/** Serves until the stage ends. @returns the base URL, without a slash at its end */
export function serveFolder(stage: Stage, folder: string, port = 0): Promise<string> {
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
  return listen(stage, server, port);
}

/** An index is served as it is, and any other file so long. @returns the base URL, as above */
export function serveLongFiles(stage: Stage, folder: string, bytes: number): Promise<string> {
  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url ?? '/', 'http://localhost');
    const file = path.join(folder, path.posix.normalize(decodeURIComponent(pathname)));
    if (path.basename(file) === 'index.json') createReadStream(file).pipe(response);
    else response.end(Buffer.alloc(bytes, '\n'));
  });
  return listen(stage, server);
}

/** Somebody who answers every question with bytes that never end. */
export function serveWithoutEnd(stage: Stage): Promise<string> {
  const chunk = Buffer.alloc(65_536, ' ');
  const server = createServer((_request, response) => {
    const more = () => {
      while (!response.destroyed && response.write(chunk));
    };
    response.on('drain', more);
    more();
  });
  return listen(stage, server);
}

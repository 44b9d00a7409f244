/**
 * A static file server in a process of its own: `node static-server.mjs FOLDER`, forked. It sends
 * its port, and the paths asked for since the last answer to whatever message comes.
 */
import { createReadStream, statSync } from 'node:fs';
import { createServer } from 'node:http';
import path from 'node:path';
import process from 'node:process';

const [, , folder = '.'] = process.argv;
const blockBytes = 1 << 20;
/** @type {string[]} */
let asked = [];

const server = createServer({ keepAliveTimeout: 60_000 }, (request, response) => {
  const { pathname } = new URL(request.url ?? '/', 'http://static');
  asked.push(pathname);
  const file = path.join(folder, path.normalize(decodeURIComponent(pathname)));
  const found = statSync(file, { throwIfNoEntry: false });
  if (found === undefined) {
    response.writeHead(404).end();
    return;
  }
  response.writeHead(200, { 'content-length': found.size });
  createReadStream(file, { highWaterMark: blockBytes }).pipe(response);
});

server.listen(0, '127.0.0.1', () => {
  const address = server.address();
  process.send?.(typeof address === 'object' && address !== null ? address.port : 0);
});
process.on('message', () => {
  process.send?.(asked);
  asked = [];
});
process.on('disconnect', () => process.exit());

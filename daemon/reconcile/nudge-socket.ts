import { chmodSync, chownSync, rmSync, statSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import path from 'node:path';
import { fault } from '../../core/error/error.ts';

/**
 * The unix socket on which the post-receive hook says that something was pushed. A connection
 * carries nothing but the fact; whatever is written to it is not read. Mode 0660 with the group of
 * the repository: whoever may push there may nudge.
 * @param file HOME/state/daemon.sock; a left-over one is taken away, so the lock must be held
 * @throws `home.not-writable`
 */
export async function listenForNudges(
  file: string,
  repository: string,
  onNudge: () => void,
): Promise<() => Promise<void>> {
  rmSync(file, { force: true });
  const server = createServer((socket) => {
    socket.on('error', () => socket.destroy());
    socket.destroy();
    onNudge();
  });
  server.maxConnections = 64;
  await listen(server, file);
  restrict(file, repository);
  return () => close(server);
}

function listen(server: Server, file: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (cause) => {
      const hint = `a socket's path must be shorter than 104 bytes: ${path.basename(file)}`;
      reject(fault('home.not-writable', file, 'the socket cannot be made', { hint, cause }));
    });
    server.listen(file, resolve);
  });
}

function restrict(file: string, repository: string): void {
  const { gid } = statSync(repository);
  if (statSync(file).gid !== gid) chownSync(file, -1, gid);
  chmodSync(file, 0o660);
}

function close(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => {
      resolve();
    });
  });
}

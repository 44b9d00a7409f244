import { connect } from 'node:net';

const timeoutMs = 200;

/**
 * Tells the daemon to look now, if there is one: it looks by itself soon anyway.
 * @param file HOME/state/daemon.sock
 */
export function nudge(file: string): Promise<void> {
  return new Promise((resolve) => {
    const socket = connect(file, () => socket.end());
    socket.setTimeout(timeoutMs, () => socket.destroy());
    socket.on('error', () => socket.destroy());
    socket.on('close', () => {
      resolve();
    });
  });
}

/**
 * Tells the daemon that something was pushed: it connects to the socket and hangs up. The daemon
 * looks by itself soon anyway, so every failure here is ignored (githooks(5): nothing can be refused
 * any more).
 *
 * Argument: the path of the daemon's socket.
 */
import { connect } from 'node:net';

const timeoutMs = 200;

const path = process.argv[2];
if (path !== undefined) {
  const socket = connect(path, () => socket.end());
  socket.setTimeout(timeoutMs, () => socket.destroy());
  socket.on('error', () => socket.destroy());
}

/**
 * Tells the daemon that something was pushed: it connects to the socket and hangs up. The daemon
 * looks by itself soon anyway, so every failure here is ignored (githooks(5): nothing can be refused
 * any more).
 *
 * Argument: the path of the daemon's socket.
 */
import { nudge } from '../core/home/nudge.ts';

const path = process.argv[2];
if (path !== undefined) void nudge(path);

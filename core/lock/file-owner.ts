/**
 * Whose an unfinished file is: its name carries `HOST-PID-CHANCE`. What a process that was killed left
 * behind is told from what another one is writing at this moment.
 */
import { createHash, randomBytes } from 'node:crypto';
import { hostname } from 'node:os';
import { hasCode } from '../error/system-error.ts';

/** In a regular expression; its groups are the host and the process. */
export const ownerPattern = '([0-9a-f]{8})-(\\d{1,10})-[0-9a-f]{8}';

/** This process as owner; new at each call. */
export function newOwner(): string {
  return `${thisHost()}-${process.pid}-${randomBytes(4).toString('hex')}`;
}

/** Of another machine's process nothing is known but when it last wrote. */
const foreignIdleMs = 86_400_000;

/** For how long nothing must have been written to a file before it is nobody's; Infinity: it is somebody's. */
export function idleTime(host: string, pid: number): number {
  if (host !== thisHost()) return foreignIdleMs;
  return isRunning(pid) ? Infinity : 0;
}

export function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return !hasCode(error, 'ESRCH');
  }
}

export function thisHost(): string {
  return createHash('sha256').update(hostname()).digest('hex').slice(0, 8);
}

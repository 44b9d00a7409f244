/**
 * Who holds a lock: `HOST-PID-CHANCE-START`. Where the system tells it, the start is what tells a
 * process from another one that has its number later.
 */
import { readFileSync } from 'node:fs';
import { isRunning, newOwner, ownerPattern, thisHost } from './file-owner.ts';

/** This process; no two calls name the same holder. */
export function newHolder(): string {
  return `${newOwner()}-${processStart(process.pid)}`;
}

const holderPattern = new RegExp(`^${ownerPattern}-(.*)$`);

/** For how long a lock is believed of which only the age is known: one of another machine, mostly. */
const believedMs = 600_000;

/** False for a holder that can hold nothing any more. @param ageMs since it took the lock */
export function mayHold(holder: string, ageMs: number): boolean {
  const [, host, pid, start] = holderPattern.exec(holder) ?? [];
  if (host !== thisHost()) return ageMs < believedMs;
  if (!isRunning(Number(pid))) return false;
  const running = processStart(Number(pid));
  return running === '' ? ageMs < believedMs : running === start;
}

/** For a message. */
export function holderName(holder: string): string {
  const [, host, pid] = holderPattern.exec(holder) ?? [];
  return host === thisHost() ? `process ${String(pid)}` : 'a process of another machine';
}

/** Empty where the system does not tell. */
function processStart(pid: number): string {
  const stat = read(`/proc/${pid}/stat`);
  if (stat === undefined) return '';
  // The second field is the program's name in brackets and may hold anything, brackets included.
  const ticks = stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19];
  const boot = read('/proc/sys/kernel/random/boot_id')?.slice(0, 8);
  return `${String(boot)}.${String(ticks)}`;
}

function read(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined; // another system, or the process has ended
  }
}

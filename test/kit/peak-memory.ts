import { readFile } from 'node:fs/promises';

/** The largest resident set of a process so far, in MiB; of Linux alone. */
export async function peakMib(pid: number): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8');
  return Number(/^VmHWM:\s+(\d+) kB$/m.exec(status)?.[1]) / 1024;
}

import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const run = promisify(execFile);

export interface Load {
  readonly requestsPerSecond: number;
  readonly bytesPerSecond: number;
}

/** Whether wrk, which asks as fast as it is answered, is installed. */
export async function hasWrk(): Promise<boolean> {
  // It ends with status 1 after it has said its version.
  const said = await run('wrk', ['--version']).catch((error: unknown) => error);
  return !(said instanceof Error && 'code' in said && said.code === 'ENOENT');
}

/** @throws RangeError when an answer was none of success: a figure of refusals says nothing */
export async function wrk(url: string, connections: number, seconds: number): Promise<Load> {
  const args = ['-t1', `-c${connections}`, `-d${seconds}s`, '--timeout', '60s', url];
  const { stdout } = await run('wrk', args);
  if (/Non-2xx|Socket errors/.test(stdout)) throw new RangeError(`wrk ${url}: ${stdout}`);
  const requests = Number(/^Requests\/sec:\s+([\d.]+)/m.exec(stdout)?.[1]);
  const [, amount, unit = ''] = /^Transfer\/sec:\s+([\d.]+)([KMGT]?)B/m.exec(stdout) ?? [];
  const bytes = Number(amount) * 1024 ** ' KMGT'.indexOf(unit === '' ? ' ' : unit);
  return { requestsPerSecond: requests, bytesPerSecond: bytes };
}

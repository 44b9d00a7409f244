/** What the daemon says of itself at `/readyz`. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Server } from './server.ts';
import { StoryFailure } from './story-failure.ts';

interface Readiness {
  readonly ready: boolean;
  readonly reasons: readonly {
    readonly code: string;
    readonly where: string;
    readonly message: string;
  }[];
}

const patienceMs = 20_000;

/** Waits until the daemon is not ready, for this reason. @returns the reason, in one line */
export async function untilAlarm(server: Server, code: string): Promise<string> {
  const { reasons } = await until(server, ({ ready }) => !ready);
  const reason = reasons.find((candidate) => candidate.code === code);
  if (reason !== undefined) return `[${reason.code}] ${reason.where}: ${reason.message}`;
  throw new StoryFailure(`the daemon gives other reasons than ${code}`, JSON.stringify(reasons));
}

export async function untilReady(server: Server): Promise<void> {
  await until(server, ({ ready }) => ready);
}

async function until(server: Server, isSo: (readiness: Readiness) => boolean): Promise<Readiness> {
  const start = performance.now();
  for (;;) {
    const response = await fetch(`${server.console}/readyz`);
    const readiness = (await response.json()) as Readiness;
    if (isSo(readiness)) return readiness;
    if (performance.now() - start > patienceMs) {
      throw new StoryFailure('/readyz does not change', JSON.stringify(readiness));
    }
    await sleep(10);
  }
}

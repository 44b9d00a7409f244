/** What the daemon says of itself at `/readyz`. */
import type { Ended } from './command.ts';
import type { Server } from './server.ts';
import { StoryFailure } from './story-failure.ts';
import { until } from './until.ts';

interface Readiness {
  readonly ready: boolean;
  readonly reasons: readonly {
    readonly code: string;
    readonly where: string;
    readonly message: string;
  }[];
  /** What clients see; absent before the first. */
  readonly generation?: { readonly commit: string };
}

/** Waits until the daemon is not ready, for this reason. @returns the reason, in one line */
export async function untilAlarm(server: Server, code: string): Promise<string> {
  const { reasons } = await untilReadiness(server, ({ ready }) => !ready);
  const reason = reasons.find((candidate) => candidate.code === code);
  if (reason !== undefined) return `[${reason.code}] ${reason.where}: ${reason.message}`;
  throw new StoryFailure(`the daemon gives other reasons than ${code}`, JSON.stringify(reasons));
}

/** As a command would say it. */
export async function readinessOf({ console }: Server): Promise<Ended> {
  const { ready, reasons } = await look(console);
  const lines = reasons.map(({ code, where, message }) => `[${code}] ${where}: ${message}`);
  return { command: 'GET /readyz', status: ready ? 0 : 1, stdout: '', stderr: lines.join('\n') };
}

export async function untilReady(server: Server): Promise<void> {
  await untilReadiness(server, ({ ready }) => ready);
}

/** Waits until clients are served what this commit says. */
export async function untilPublished(server: Server, commit: string): Promise<void> {
  await untilReadiness(server, ({ generation }) => generation?.commit === commit);
}

function untilReadiness(
  { console }: Server,
  isSo: (readiness: Readiness) => boolean,
): Promise<Readiness> {
  return until(() => look(console), isSo, '/readyz does not change');
}

async function look(console: string): Promise<Readiness> {
  return (await (await fetch(`${console}/readyz`)).json()) as Readiness;
}

import { setTimeout as delay } from 'node:timers/promises';

const patience = 30_000;

/**
 * Waits until a daemon has landed the events that are complete, and has published what main has. Where
 * none answers, or it is kept from it for longer than half a minute, what comes next is seen as it is.
 * @param console without a slash at its end
 */
export async function settled(console: string): Promise<void> {
  const end = performance.now() + patience;
  while (performance.now() < end && (await answers(console))) {
    if (await isSettled(console)) return;
    await delay(50);
  }
}

function answers(console: string): Promise<boolean> {
  return fetch(`${console}/healthz`).then(
    () => true,
    () => false,
  );
}

async function isSettled(console: string): Promise<boolean> {
  const listed = await read<{ events: { name: string }[] }>(console, 'events');
  for (const { name } of listed?.events ?? []) {
    const event = await read<{ lines: string[] }>(console, `events/${encodeURIComponent(name)}`);
    if (event === undefined || event.lines.some((line) => line.endsWith('it lands now'))) {
      return false;
    }
  }
  const status = await read<{ main: string; commit: string }>(console, 'status?only=next');
  return listed !== undefined && status !== undefined && status.main === status.commit;
}

/** Undefined for what is refused, such as an event that has landed since it was listed. */
async function read<T>(console: string, path: string): Promise<T | undefined> {
  const response = await fetch(`${console}/api/v1/${path}`);
  return response.ok ? ((await response.json()) as T) : undefined;
}

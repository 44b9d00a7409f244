import { setTimeout as delay } from 'node:timers/promises';

const patience = 30_000;

/**
 * Waits until a daemon has landed the events that are complete, and has published what main has. Where
 * none answers, or it is kept from it for longer than half a minute, what comes next is seen as it is.
 * @param console without a slash at its end
 */
export async function settled(console: string): Promise<void> {
  const end = performance.now() + patience;
  try {
    while (!(await isSettled(console)) && performance.now() < end) await delay(50);
  } catch (error) {
    if (!(error instanceof TypeError)) throw error; // fetch: nobody answers
  }
}

async function isSettled(console: string): Promise<boolean> {
  const { events } = await read<{ events: { name: string }[] }>(console, 'events');
  for (const { name } of events) {
    const { lines } = await read<{ lines?: string[] }>(
      console,
      `events/${encodeURIComponent(name)}`,
    );
    if (lines === undefined || lines.some((line) => line.endsWith('it lands now'))) return false;
  }
  const { main, commit } = await read<{ main: string; commit: string }>(
    console,
    'status?only=next',
  );
  return main === commit;
}

async function read<T>(console: string, path: string): Promise<T> {
  const response = await fetch(`${console}/api/v1/${path}`);
  return (await response.json()) as T;
}

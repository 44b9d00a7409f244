/** What clients see at this moment, asked as they ask. */
import { readFile } from 'node:fs/promises';
import type { Envelope, Signed } from './by-hand.ts';
import { copyFolder } from './folders.ts';
import type { Server } from './server.ts';
import { StoryFailure } from './story-failure.ts';
import { until } from './until.ts';

export interface Visible {
  readonly timestamp: number;
  readonly snapshot: number;
  readonly expires: string;
}

interface TimestampSigned extends Signed {
  meta: { 'snapshot.json': { version: number } };
}

export async function visible({ content }: Server): Promise<Visible> {
  const response = await fetch(`${content}/metadata/timestamp.json`);
  if (!response.ok) throw new StoryFailure(`timestamp.json: status ${response.status}`);
  return seenIn((await response.json()) as Envelope<TimestampSigned>);
}

/** Copies the public folder, which has what clients see a moment after they can. */
export async function copyPublic(server: Server, to: string): Promise<void> {
  const folder = `${server.home}/public`;
  const { timestamp: wanted } = await visible(server);
  const onDisk = async () => {
    const file = await readFile(`${folder}/metadata/timestamp.json`, 'utf8');
    return seenIn(JSON.parse(file) as Envelope<TimestampSigned>);
  };
  await until(onDisk, ({ timestamp }) => timestamp >= wanted, `${folder} stays behind`);
  await copyFolder(folder, to);
}

function seenIn({ signed }: Envelope<TimestampSigned>): Visible {
  const { version, expires, meta } = signed;
  return { timestamp: version, snapshot: meta['snapshot.json'].version, expires };
}

export interface Times {
  /** Milliseconds that the work itself took. */
  readonly work: number;
  /** Milliseconds from its start until a client could see the next generation. */
  readonly visible: number;
}

/** Does something that publishes, and looks all the while for what comes of it. */
export async function timeToVisible(server: Server, work: () => Promise<unknown>): Promise<Times> {
  const before = await visible(server);
  const watch = new AbortController();
  const isNew = ({ snapshot }: Visible) => snapshot > before.snapshot;
  const time = stopwatch();
  try {
    const [seenAt, doneAt] = await Promise.all([
      untilVisible(server, isNew, watch.signal).then(time),
      work().then(time),
    ]);
    return { work: doneAt, visible: seenAt };
  } finally {
    watch.abort();
  }
}

/** Waits for a timestamp of at least this version. */
export function untilTimestamp(server: Server, version: number): Promise<Visible> {
  return untilVisible(server, ({ timestamp }) => timestamp >= version);
}

function stopwatch(): () => number {
  const start = performance.now();
  return () => performance.now() - start;
}

function untilVisible(
  server: Server,
  isSo: (seen: Visible) => boolean,
  signal?: AbortSignal,
): Promise<Visible> {
  const otherwise = `nothing new became visible; the server's log is ${server.log}`;
  return until(() => visible(server), isSo, otherwise, signal);
}

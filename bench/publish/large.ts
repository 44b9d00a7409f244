/** 16,384 roles and a million targets beside 16 roles; memory, and a start, with so many. */
import { setTimeout as delay } from 'node:timers/promises';
import { writeJsonFile } from '../../core/home/json-file.ts';
import { freePort } from '../../test/kit/free-port.ts';
import { startDaemonProgram } from '../../test/kit/daemon-program.ts';
import { peakMib } from '../../test/kit/peak-memory.ts';
import { median, milliseconds, remark, report } from '../kit/figures.ts';
import { makeLargeHome, type LargeHome } from '../kit/large-home.ts';
import { range, type Shape } from '../kit/target-layout.ts';
import { timestampVersion } from '../kit/visible.ts';
import { timeUntilPublished } from './until-published.ts';

const bench = 'publish';
const small: Shape = { groups: 4, rolesPerGroup: 4, targets: 1000, by: 'hash-prefixes' };
const large: Shape = { groups: 128, rolesPerGroup: 128, targets: 1_000_000, by: 'hash-prefixes' };
const rounds = 15;
const warmUps = 3;
const starts = 5;

export async function measureLarge(): Promise<void> {
  const [few, many] = [await makeLargeHome(small), await makeLargeHome(large)];
  try {
    await comparePushes(few, many);
    await measureStarts(many);
  } finally {
    await few.remove();
    await many.remove();
  }
}

/** The sizes in turn, so that what else the machine does falls on both. */
async function comparePushes(few: LargeHome, many: LargeHome): Promise<void> {
  const start = performance.now();
  const ofMany = await startDaemonProgram(many.home);
  remark(`publish: first generation of the large one ${milliseconds([performance.now() - start])}`);
  const ofFew = await startDaemonProgram(few.home);
  try {
    const times: { few: number; many: number }[] = [];
    for (const round of range(warmUps + rounds)) {
      const [inFew = 0] = await timeUntilPublished(few, ofFew, 1);
      const [inMany = 0] = await timeUntilPublished(many, ofMany, 1);
      if (round >= warmUps) times.push({ few: inFew, many: inMany });
    }
    tell(times);
  } finally {
    await ofFew.stop();
    await ofMany.stop();
  }
}

function tell(times: readonly { few: number; many: number }[]): void {
  report({
    bench,
    figure: '16384-vs-16',
    value: median(times.map(({ many }) => many)) / median(times.map(({ few }) => few)),
    values: times.map(({ few, many }) => many / few),
    yardstick: 'push-to-visible with 16 roles',
  });
  remark(`publish: 16 roles to visible ${milliseconds(times.map((each) => each.few))}`);
  remark(`publish: 16,384 roles to visible ${milliseconds(times.map((each) => each.many))}`);
}

interface Start {
  /** From the start of the process until the timestamp is served, in milliseconds. */
  readonly serving: number;
  /** Until its first look at `main` is over: pushes are published from then on. */
  readonly whole: number;
  /** The daemon's largest resident set, after some generations more. */
  readonly peakMib: number;
}

async function measureStarts(home: LargeHome): Promise<void> {
  const content = `127.0.0.1:${await freePort()}`;
  await writeJsonFile(home.home.paths.config, {
    format: 1,
    content: { listen: content },
    console: { listen: '127.0.0.1:0' },
    logLevel: 'silent',
  });
  const measured: Start[] = [];
  for (let run = 0; run < starts; run += 1) measured.push(await start(home, `http://${content}`));
  report({
    bench,
    figure: 'start-serving-vs-second',
    values: measured.map(({ serving }) => serving / 1000),
    yardstick: 'one second: start of the process to a served timestamp, with 1,000,000 targets',
  });
  report({
    bench,
    figure: 'start-whole-vs-5-seconds',
    values: measured.map(({ whole }) => whole / 5000),
    yardstick: 'five seconds: start of the process to its first look done, with 1,000,000 targets',
  });
  report({ bench, figure: 'daemon-memory-mib', values: measured.map((each) => each.peakMib) });
}

async function start(home: LargeHome, content: string): Promise<Start> {
  const begin = performance.now();
  const since = () => performance.now() - begin;
  const [daemon, serving] = await Promise.all([
    startDaemonProgram(home.home).then((started) => ({ started, whole: since() })),
    untilServed(content).then(since),
  ]);
  const { started, whole } = daemon;
  try {
    await timeUntilPublished(home, started, warmUps);
    return { serving, whole, peakMib: await peakMib(started.pid) };
  } finally {
    await started.stop();
  }
}

async function untilServed(content: string): Promise<void> {
  for (;;) {
    try {
      await timestampVersion(content);
      return;
    } catch {
      await delay(5);
    }
  }
}

import { Agent, get } from 'node:http';
import { startDaemonProgram } from '../../test/kit/daemon-program.ts';
import { milliseconds, quantile, remark, report } from '../kit/figures.ts';
import { makeLargeHome, type LargeHome } from '../kit/large-home.ts';
import type { Shape } from '../kit/target-layout.ts';
import { timestampVersion, untilVisible } from '../kit/visible.ts';

const runs = 5;
const readers = 4;
const shape: Shape = { groups: 128, rolesPerGroup: 127, targets: 20_000, by: 'patterns' };

/** The same readers for as long before each generation as the making of it takes. */
export async function whilePublishing(): Promise<void> {
  const large = await makeLargeHome(shape);
  const daemon = await startDaemonProgram(large.home);
  try {
    const commits = await large.prepare(Array.from({ length: runs + 1 }, () => 1));
    const rounds: { idle: number; busy: number; all: readonly number[] }[] = [];
    let tookMs = 1_000;
    for (const commit of commits) {
      const idle = await readFor(daemon.content, wait(tookMs));
      const start = performance.now();
      const busy = await readFor(daemon.content, publish(large, commit, daemon.content));
      tookMs = performance.now() - start;
      rounds.push({ idle: quantile(idle, 0.99), busy: quantile(busy, 0.99), all: busy });
    }
    // The first generation after a start looks at every role anew.
    const [, ...counted] = rounds;
    report({
      bench: 'serve',
      figure: 'read-p99-while-publishing',
      values: counted.map(({ idle, busy }) => busy / idle),
      yardstick: 'p99 of the same reads while nothing is published',
    });
    remark(`serve: p99 while publishing ${milliseconds(counted.map((each) => each.busy))}`);
    remark(`serve: longest read ${milliseconds(counted.map(({ all }) => Math.max(...all)))}`);
  } finally {
    await daemon.stop();
    await large.remove();
  }
}

async function publish(large: LargeHome, commit: string, content: string): Promise<void> {
  const before = await timestampVersion(content);
  await large.push(commit, large.home.paths.repository);
  await untilVisible(content, before + 1);
}

/** Times of reads of the timestamp until `end` settles, in milliseconds. */
async function readFor(content: string, end: Promise<void>): Promise<number[]> {
  const agent = new Agent({ keepAlive: true, maxSockets: readers });
  const times: number[] = [];
  let isOver = false;
  const reading = Array.from({ length: readers }, async () => {
    while (!isOver) times.push(await timeRead(`${content}/metadata/timestamp.json`, agent));
  });
  try {
    await end;
  } finally {
    isOver = true;
    await Promise.all(reading);
    agent.destroy();
  }
  return times;
}

function timeRead(url: string, agent: Agent): Promise<number> {
  const start = performance.now();
  return new Promise((resolve, reject) => {
    get(url, { agent }, (response) => {
      response.resume();
      response.once('end', () => {
        resolve(performance.now() - start);
      });
    }).once('error', reject);
  });
}

function wait(ms: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, ms);
  });
}

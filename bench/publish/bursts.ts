/** 100 pushes, one right after the other, beside the same into a repository that nobody publishes. */
import { startDaemonProgram, type DaemonProgram } from '../../test/kit/daemon-program.ts';
import { median, milliseconds, remark, report } from '../kit/figures.ts';
import { makeLargeHome, type LargeHome } from '../kit/large-home.ts';
import { range, type Shape } from '../kit/target-layout.ts';
import { untilPublished } from '../kit/visible.ts';
import { timeUntilPublished } from './until-published.ts';

const bench = 'publish';
const shape: Shape = { groups: 4, rolesPerGroup: 4, targets: 1000, by: 'patterns' };
const runs = 3;
const pushes = 100;
const singles = 20;

interface Burst {
  /** From the first push to the last acceptance, in milliseconds. */
  readonly pushing: number;
  /** From the last acceptance until clients can see all of it. */
  readonly visible: number;
}

export async function measureBursts(): Promise<void> {
  const [published, alone] = [await makeLargeHome(shape), await makeLargeHome(shape)];
  const daemon = await startDaemonProgram(published.home);
  try {
    const ones = await timeUntilPublished(published, daemon, singles);
    const measured: { ours: Burst; without: number }[] = [];
    for (let run = 0; run < runs; run += 1) {
      measured.push({
        without: await pushAll(alone, await alone.prepare(range(pushes).map(() => 1))),
        ours: await burst(published, daemon),
      });
    }
    tell(ones, measured);
  } finally {
    await daemon.stop();
    await published.remove();
    await alone.remove();
  }
}

async function burst(large: LargeHome, daemon: DaemonProgram): Promise<Burst> {
  const commits = await large.prepare(range(pushes).map(() => 1));
  const pushing = await pushAll(large, commits);
  const accepted = performance.now();
  await untilPublished(daemon.console, commits.at(-1) ?? '');
  return { pushing, visible: performance.now() - accepted };
}

async function pushAll(large: LargeHome, commits: readonly string[]): Promise<number> {
  let time = 0;
  for (const commit of commits) time += await large.push(commit, large.home.paths.repository);
  return time;
}

function tell(ones: readonly number[], measured: readonly { ours: Burst; without: number }[]) {
  const one = median(ones);
  report({
    bench,
    figure: 'burst-visible-vs-one',
    values: measured.map(({ ours }) => ours.visible / one),
    yardstick: 'push-to-visible p50 of one push',
  });
  report({
    bench,
    figure: 'burst-pushes-vs-no-daemon',
    values: measured.map(({ ours, without }) => ours.pushing / without),
    yardstick: `the same ${pushes} pushes with our hook and no daemon`,
  });
  const texts = [
    `one to visible ${milliseconds(ones)}`,
    `${pushes} pushes ${milliseconds(measured.map(({ ours }) => ours.pushing))}`,
    `without a daemon ${milliseconds(measured.map(({ without }) => without))}`,
    `from the last to visible ${milliseconds(measured.map(({ ours }) => ours.visible))}`,
  ];
  remark(`publish: ${texts.join(', ')}`);
}

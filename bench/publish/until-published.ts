import type { DaemonProgram } from '../../test/kit/daemon-program.ts';
import type { LargeHome } from '../kit/large-home.ts';
import { range } from '../kit/target-layout.ts';
import { untilPublished } from '../kit/visible.ts';

/** Pushes changes of one role, one by one: how long each took to be visible, in milliseconds. */
export async function timeUntilPublished(
  large: LargeHome,
  { console }: DaemonProgram,
  pushes: number,
): Promise<number[]> {
  const times: number[] = [];
  for (const commit of await large.prepare(range(pushes).map(() => 1))) {
    const start = performance.now();
    await large.push(commit, large.home.paths.repository);
    await untilPublished(console, commit);
    times.push(performance.now() - start);
  }
  return times;
}

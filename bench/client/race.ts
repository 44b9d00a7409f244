import { milliseconds, remark, report } from '../kit/figures.ts';
import type { Contestant } from './contestant.ts';

export interface Race {
  /** What the figure is called, before `-vs-…`. */
  readonly figure: string;
  readonly contestants: readonly Contestant[];
  readonly targets: readonly string[];
  readonly runs: number;
  /** Every run starts from the trusted root alone; otherwise from what the run before left. */
  readonly cold: boolean;
  /** Whether each runs once before it counts, as it does by itself. */
  readonly warmUp?: boolean;
}

/** The first of the contestants against each of the others. */
export async function race(race: Race): Promise<void> {
  const { figure, contestants, targets, runs, cold, warmUp = true } = race;
  const times = contestants.map((): number[] => []);
  for (const each of contestants) await each.reset();
  for (let run = warmUp ? -1 : 0; run < runs; run += 1) {
    for (const [index, each] of contestants.entries()) {
      if (cold) await each.reset();
      const time = await each.run(targets);
      if (run >= 0) times[index]?.push(time);
    }
  }
  const [ours = [], ...others] = times;
  for (const [index, { name }] of contestants.entries()) {
    remark(`client: ${figure}: ${name} ${milliseconds(times[index] ?? [])}`);
    const other = others[index - 1];
    if (other === undefined) continue;
    const values = ours.map((time, count) => time / (other[count] ?? Number.NaN));
    const yardstick = `the same by ${name}, a process of its own`;
    report({ bench: 'client', figure: `${figure}-vs-${name}`, values, yardstick });
  }
}

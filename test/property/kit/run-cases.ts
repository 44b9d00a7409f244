/** Many cases in one run: repositories, and pushes against each. */
import fc from 'fast-check';
import { choicesOf, type Choices } from './choices.ts';
import type { Follower } from './clients/follower.ts';
import { GateOnDisk } from './gate-on-disk.ts';
import { randomPush } from './mutations/index.ts';
import { Trial } from './trial.ts';

interface Settings {
  readonly seed: number;
  /** How many pushes are tried in all. */
  readonly cases: number;
  /** The number of the one repository to repeat. */
  readonly replay: string | undefined;
}

export interface Tally {
  readonly cases: number;
  readonly accepted: number;
  /** How many pushes were refused with each code. */
  readonly codes: ReadonlyMap<string, number>;
}

const pushesPerRepository = 6;
const shrinkingMs = 60_000;

/**
 * @throws when a case does not hold: the smallest that fast-check finds in a minute, with what is
 *   needed to see it again. The repository with its commit then stays where it is.
 */
export async function runCases(
  { seed, cases, replay }: Settings,
  followers: readonly Follower[],
): Promise<Tally> {
  const gate = await GateOnDisk.open();
  const counter = new Counter();
  const property = fc.asyncProperty(
    fc.gen(),
    shrinkingFor(shrinkingMs, async (choices) => {
      const trial = await Trial.begin(gate, followers, choices);
      for (let count = 0; count < pushesPerRepository; count += 1) {
        counter.add(await trial.try(randomPush(trial.tip, choices)));
      }
    }),
  );
  const all = { numRuns: Math.ceil(cases / pushesPerRepository) };
  const which = replay === undefined ? all : { numRuns: 1, path: replay };
  const found = await fc.check(property, { seed, ...which, unbiased: true });
  await gate.close();
  if (found.failed) throw new CaseFailed(found);
  await gate.remove();
  return counter;
}

type Failure = Pick<fc.RunDetails<unknown>, 'seed' | 'counterexamplePath' | 'errorInstance'>;

class CaseFailed extends RangeError {
  constructor({ seed, counterexamplePath, errorInstance }: Failure) {
    // What it was shrunk by cannot be replayed, the run that failed can: it shrinks again.
    const how = `PROPERTY_SEED=${seed} PROPERTY_PATH=${counterexamplePath?.split(':')[0] ?? ''}`;
    super(`${String(errorInstance)}\n  again: ${how}`, { cause: errorInstance });
  }
}

class Counter implements Tally {
  cases = 0;
  accepted = 0;
  readonly codes = new Map<string, number>();

  add(codes: readonly string[]): void {
    this.cases += 1;
    if (codes.length === 0) this.accepted += 1;
    for (const code of new Set(codes)) this.codes.set(code, (this.codes.get(code) ?? 0) + 1);
  }
}

/** Some time after the first failure everything seems to hold: fast-check then stops to look on. */
function shrinkingFor(
  milliseconds: number,
  run: (choices: Choices) => Promise<void>,
): (generate: fc.GeneratorValue) => Promise<void> {
  let end = Infinity;
  return async (generate) => {
    if (performance.now() > end) return;
    try {
      await run(choicesOf(generate));
    } catch (error) {
      end = Math.min(end, performance.now() + milliseconds);
      throw error;
    }
  };
}

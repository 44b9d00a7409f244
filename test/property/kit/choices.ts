import fc from 'fast-check';

/** Random choices of one run, each of which fast-check can make smaller when the run fails. */
export interface Choices {
  /** 0 … n − 1 */
  below(n: number): number;
  of<T>(list: readonly T[]): T;
  /** Undefined for an empty list. */
  maybeOf<T>(list: readonly T[]): T | undefined;
  /** True one time in n; shrinks to false. */
  oneIn(n: number): boolean;
  draw<T>(arbitrary: fc.Arbitrary<T>): T;
}

export function choicesOf(generate: fc.GeneratorValue): Choices {
  const below = (n: number): number => generate(fc.nat, { max: n - 1 });
  const maybeOf = <T>(list: readonly T[]): T | undefined =>
    list.length === 0 ? undefined : list[below(list.length)];
  return {
    below,
    maybeOf,
    of: <T>(list: readonly T[]): T => {
      if (list.length === 0) throw new RangeError('there is nothing to choose from');
      return list[below(list.length)] as T;
    },
    oneIn: (n) => below(n) === n - 1,
    draw: (arbitrary) => generate(() => arbitrary),
  };
}

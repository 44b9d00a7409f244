/**
 * Where in an ordered list those begin that are wanted; its length when there are none.
 * @param isWanted true from some item on
 */
export function firstAt<T>(ordered: readonly T[], isWanted: (item: T) => boolean): number {
  let [low, high] = [0, ordered.length];
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    const item = ordered[middle];
    if (item === undefined || isWanted(item)) high = middle;
    else low = middle + 1;
  }
  return low;
}

/**
 * Some texts, none of which begins with another one of them. Asked by bisection whether one of them is
 * the beginning of a text or the other way round: of two sets no text is held against all others.
 */
export class Beginnings {
  readonly #texts: readonly string[];

  constructor(texts: Iterable<string>) {
    const least: string[] = [];
    for (const text of [...texts].sort()) {
      const last = least.at(-1);
      if (last === undefined || !text.startsWith(last)) least.push(text);
    }
    this.#texts = least;
  }

  /** What is one's beginning comes right before it, what it is the beginning of right after. */
  meet(text: string): boolean {
    const at = firstFrom(this.#texts, text);
    const [before, after] = [this.#texts[at - 1], this.#texts[at]];
    return after?.startsWith(text) === true || (before !== undefined && text.startsWith(before));
  }
}

/** The place of the first of sorted texts that does not come before this one. */
export function firstFrom(sorted: readonly string[], text: string): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((sorted[middle] ?? '') < text) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** At most three names that someone who typed `name` may have meant, nearest first. */
export function nearNames(name: string, known: Iterable<string>): readonly string[] {
  const typed = name.toLowerCase();
  let most = Math.max(1, Math.floor(typed.length / 3));
  let near: Near[] = [];
  for (const candidate of new Set(known)) {
    const distance = distanceTo(typed, candidate.toLowerCase(), most);
    if (distance > most) continue;
    near = [...near, { candidate, distance }].toSorted((a, b) => a.distance - b.distance);
    const third = near[wanted - 1];
    if (third === undefined) continue;
    near = near.slice(0, wanted);
    most = third.distance - 1; // a fourth has to be nearer
  }
  return near.map(({ candidate }) => candidate);
}

const wanted = 3;

interface Near {
  readonly candidate: string;
  readonly distance: number;
}

/** Edits from one to the other, Infinity when there are more than `most`; 1 where one contains the other. */
function distanceTo(typed: string, candidate: string, most: number): number {
  if (typed === candidate) return 0;
  if (typed.length > 2 && candidate.includes(typed)) return 1;
  if (candidate.length > 2 && typed.includes(candidate)) return 1;
  if (Math.abs(typed.length - candidate.length) > most) return Infinity;
  return edits(typed, candidate, most);
}

/**
 * Edits, two letters the other way round being one of them (optimal string alignment), a row at a
 * time. What both begin and end with is left out, and it is given up as soon as there must be more
 * than `most`: of a million names all but a few are done after some letters.
 */
function edits(one: string, other: string, most: number): number {
  const [a, b] = withoutCommonEnds(one, other);
  let [last, row, next] = [0, 1, 2].map(() => new Uint32Array(b.length + 1)) as Rows;
  for (let at = 0; at <= b.length; at += 1) row[at] = at;
  let lastLeast = 0;
  for (let index = 0; index < a.length; index += 1) {
    const least = fillRow(next, { row, last, a, b, index });
    if (least > most && lastLeast >= most) return Infinity;
    lastLeast = least;
    [last, row, next] = [row, next, last];
  }
  return row[b.length] ?? 0;
}

type Rows = [Uint32Array, Uint32Array, Uint32Array];

interface Step {
  readonly row: Uint32Array;
  readonly last: Uint32Array;
  readonly a: string;
  readonly b: string;
  readonly index: number;
}

/** Returns the least of the row. */
function fillRow(next: Uint32Array, { row, last, a, b, index }: Step): number {
  next[0] = index + 1;
  let least = index + 1;
  for (let at = 0; at < b.length; at += 1) {
    const replaced = (row[at] ?? 0) + Number(a[index] !== b[at]);
    let cost = Math.min(replaced, (row[at + 1] ?? 0) + 1, (next[at] ?? 0) + 1);
    const isTurned = index > 0 && at > 0 && a[index] === b[at - 1] && a[index - 1] === b[at];
    if (isTurned) cost = Math.min(cost, (last[at - 1] ?? 0) + 1);
    next[at + 1] = cost;
    least = Math.min(least, cost);
  }
  return least;
}

function withoutCommonEnds(a: string, b: string): readonly [string, string] {
  const shorter = Math.min(a.length, b.length);
  let start = 0;
  while (start < shorter && a[start] === b[start]) start += 1;
  let end = 0;
  while (end < shorter - start && a[a.length - 1 - end] === b[b.length - 1 - end]) end += 1;
  return [a.slice(start, a.length - end), b.slice(start, b.length - end)];
}

/** At most three names that someone who typed `name` may have meant, nearest first. */
export function nearNames(name: string, known: Iterable<string>): readonly string[] {
  const typed = name.toLowerCase();
  const most = Math.max(1, Math.floor(typed.length / 3));
  return [...known]
    .map((candidate) => ({ candidate, distance: distanceTo(typed, candidate.toLowerCase()) }))
    .filter(({ distance }) => distance <= most)
    .toSorted((a, b) => a.distance - b.distance)
    .slice(0, 3)
    .map(({ candidate }) => candidate);
}

/** Edits from one to the other; 1 where one contains the other. Long names are not compared letter by letter. */
function distanceTo(typed: string, candidate: string): number {
  if (typed === candidate) return 0;
  if (typed.length > 2 && (candidate.includes(typed) || typed.includes(candidate))) return 1;
  if (Math.abs(typed.length - candidate.length) > typed.length || candidate.length > 100) {
    return Infinity;
  }
  return edits(typed, candidate);
}

/** Levenshtein distance, one row at a time. */
function edits(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (const [index, letter] of Array.from(a).entries()) {
    const next = [index + 1];
    for (const [at, other] of Array.from(b).entries()) {
      const replaced = (row[at] ?? 0) + Number(letter !== other);
      next.push(Math.min(replaced, (row[at + 1] ?? 0) + 1, (next[at] ?? 0) + 1));
    }
    row = next;
  }
  return row.at(-1) ?? 0;
}

/**
 * Whether a run said what a page shows. All of it is compared but the names that chance gives: keyids,
 * hashes, object names and ids of keys in tokens, which must be the same wherever the page has the same.
 */

const rest = '…';
const name = /(?:%[0-9a-f]{2}){8,}|\b[0-9a-f]{8,64}\b/g;

/** Names of the page, and the first eight digits of them, with what stands for them in this run. */
export type Renames = Map<string, string>;

/** A command of the page, with the names of this run. */
export function renamed(command: string, renames: Renames): string {
  return command.replaceAll(name, (one) => renames.get(one) ?? one);
}

/** @returns what does not fit, or undefined. Names are added to `renames` only when all of it fits. */
export function misfit(
  shown: readonly string[],
  said: readonly string[],
  renames: Renames,
): string | undefined {
  const pairs = aligned(inOrder(shown), inOrder(said));
  if (typeof pairs === 'string') return pairs;
  const known: Renames = new Map(renames);
  for (const [page, run] of pairs) {
    const [theirs, ours] = [page.match(name) ?? [], run.match(name) ?? []];
    for (const [index, one] of theirs.entries()) {
      const other = ours[index] ?? '';
      const [from, to] = [one.slice(0, 8), other.slice(0, 8)];
      if ((known.get(from) ?? to) !== to) return `${one} is another in: ${run}`;
      known.set(from, to).set(one, other);
    }
  }
  for (const [from, to] of known) renames.set(from, to);
  return undefined;
}

type Pair = readonly [page: string, run: string];

/** Lines of the page with those of the run; or the line at which they part. */
function aligned(shown: readonly string[], said: readonly string[]): readonly Pair[] | string {
  const [first, ...more] = shown;
  if (first === undefined) {
    return said.length === 0 ? [] : `it also said: ${said[0] ?? ''}`;
  }
  if (first === rest) {
    for (let skipped = 0; skipped <= said.length; skipped += 1) {
      const pairs = aligned(more, said.slice(skipped));
      if (typeof pairs !== 'string') return pairs;
    }
    return `it did not say: ${more[0] ?? ''}`;
  }
  const [answer, ...others] = said;
  if (answer === undefined) return `it did not say: ${first}`;
  if (masked(first) !== masked(answer)) return `shown: ${first}\n  said:  ${answer}`;
  const pairs = aligned(more, others);
  return typeof pairs === 'string' ? pairs : [[first, answer], ...pairs];
}

function masked(line: string): string {
  return line.replaceAll(name, (digits) => '#'.repeat(digits.length));
}

/** Keys stand in the order of their keyids, which is chance: here they stand by their owners. */
function inOrder(lines: readonly string[]): readonly string[] {
  const sorted = [...lines];
  const isKey = (line: string | undefined) => line !== undefined && /^ *[-+] key /.test(line);
  for (let start = 0; start < sorted.length; start += 1) {
    let end = start;
    while (isKey(sorted[end])) end += 1;
    const keys = sorted.slice(start, end).toSorted((a, b) => (masked(a) < masked(b) ? -1 : 1));
    sorted.splice(start, keys.length, ...keys);
    start = Math.max(start, end - 1);
  }
  return sorted;
}

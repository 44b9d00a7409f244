/**
 * The order of versions: semantic-version precedence (semver.org 2.0.0 §11), read generously: a
 * leading `v` and any count of numbers will do, missing ones are 0. What is no such version comes
 * below all that are, in natural order (`r9` before `r10`). Equal ones fall back to plain text, so
 * the order is total.
 */
export function compareVersions(a: string, b: string): number {
  const left = parse(a);
  const right = parse(b);
  if (left === undefined || right === undefined) {
    return Number(left !== undefined) - Number(right !== undefined) || compareNatural(a, b);
  }
  return (
    compareLists(left.numbers, right.numbers, compareNumbers) ||
    comparePrereleases(left.prerelease, right.prerelease) ||
    compareText(a, b)
  );
}

/** Text with runs of digits compared as numbers. */
export function compareNatural(a: string, b: string): number {
  return compareLists(runs(a), runs(b), compareIdentifiers) || compareText(a, b);
}

interface Parsed {
  /** Digits, not numbers: they may be longer than a number holds. */
  readonly numbers: readonly string[];
  readonly prerelease: readonly string[];
}

function parse(version: string): Parsed | undefined {
  const [, core, prerelease] =
    /^v?(\d+(?:\.\d+)*)(?:-([0-9A-Za-z.-]+))?(?:\+[0-9A-Za-z.-]+)?$/.exec(version) ?? [];
  if (core === undefined) return undefined;
  const numbers = core.replace(/(?:\.0+)+$/, '').split('.');
  return { numbers, prerelease: prerelease?.split('.') ?? [] };
}

/** §11.3: a version without a pre-release part is above all with one. */
function comparePrereleases(a: readonly string[], b: readonly string[]): number {
  if (a.length === 0 || b.length === 0) return Number(a.length === 0) - Number(b.length === 0);
  return compareLists(a, b, compareIdentifiers);
}

/** §11.4: numbers below words, numbers as numbers, words as text, the longer list above its beginning. */
function compareIdentifiers(a: string, b: string): number {
  const areNumbers = [a, b].map((text) => /^\d+$/.test(text));
  if (areNumbers[0] === true && areNumbers[1] === true) return compareNumbers(a, b);
  return Number(areNumbers[1]) - Number(areNumbers[0]) || compareText(a, b);
}

function compareLists(
  a: readonly string[],
  b: readonly string[],
  compare: (a: string, b: string) => number,
): number {
  for (const [index, left] of a.entries()) {
    const right = b[index];
    if (right === undefined) return 1;
    const order = compare(left, right);
    if (order !== 0) return order;
  }
  return a.length - b.length;
}

function compareNumbers(a: string, b: string): number {
  const left = a.replace(/^0+(?=\d)/, '');
  const right = b.replace(/^0+(?=\d)/, '');
  return left.length - right.length || compareText(left, right);
}

function runs(text: string): readonly string[] {
  return text.match(/\d+|\D+/g) ?? [];
}

function compareText(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

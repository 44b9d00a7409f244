/**
 * Path patterns of delegations (TUF 1.0.34 §4.5): matched segment by segment, `*` and `?` never
 * crossing `/`, `[…]` a set as in fnmatch, which the reference implementation uses. Two pointers and
 * no backtracking beyond the last `*`, and what asks for more characters than the name has is not
 * tried: the time is that of reading the pattern once, and name × name, whoever wrote it.
 */
export function matchesPattern(path: string, pattern: string): boolean {
  const names = path.split('/');
  const patterns = pattern.split('/');
  return (
    names.length === patterns.length &&
    patterns.every((part, index) => matchesSegment(names[index] ?? '', part))
  );
}

/** As tough matches: `*` and `?` cross `/`. */
export function matchesAcrossSegments(path: string, pattern: string): boolean {
  return matchesText(path, pattern);
}

/** What every path that a pattern matches begins with: all before its first `*`, `?` or `[`. */
export function literalStart(pattern: string): string {
  return /^[^*?[]*/.exec(pattern)?.[0] ?? '';
}

type Token = { readonly kind: 'any' | 'one' } | { readonly kind: 'test'; test(c: string): boolean };

function matchesSegment(name: string, pattern: string): boolean {
  return pattern === '*' || matchesText(name, pattern);
}

function matchesText(text: string, pattern: string): boolean {
  const start = literalStart(pattern);
  if (start.length === pattern.length) return text === pattern;
  if (!text.startsWith(start) || !text.endsWith(literalEnd(pattern))) return false;
  return matchesTokens(Array.from(text), tokens(Array.from(pattern)));
}

/** What every text that a pattern matches ends with: all after its last `*`, `?`, `[` or `]`. */
function literalEnd(pattern: string): string {
  const last = Math.max(...['*', '?', '[', ']'].map((sign) => pattern.lastIndexOf(sign)));
  return pattern.slice(last + 1);
}

function matchesTokens(name: readonly string[], pattern: readonly Token[]): boolean {
  let at = 0;
  let token = 0;
  let star: { readonly token: number; at: number } | undefined;
  if (pattern.filter(({ kind }) => kind !== 'any').length > name.length) return false;
  while (at < name.length) {
    const current = pattern[token];
    if (current?.kind === 'any') {
      star = { token, at };
      token += 1;
    } else if (current !== undefined && matchesOne(current, name[at] ?? '')) {
      token += 1;
      at += 1;
    } else if (star !== undefined) {
      star.at += 1;
      at = star.at;
      token = star.token + 1;
    } else {
      return false;
    }
  }
  return pattern.slice(token).every((rest) => rest.kind === 'any');
}

function matchesOne(token: Token, character: string): boolean {
  return token.kind === 'test' ? token.test(character) : true;
}

function tokens(pattern: readonly string[]): readonly Token[] {
  const list: Token[] = [];
  const lastEnd = pattern.lastIndexOf(']');
  for (let at = 0; at < pattern.length; at += 1) {
    const character = pattern[at] ?? '';
    const end = character === '[' && at < lastEnd ? setEnd(pattern, at) : -1;
    if (end > 0) {
      list.push(set(pattern.slice(at + 1, end)));
      at = end;
    } else if (character !== '*' || list.at(-1)?.kind !== 'any') {
      list.push(single(character));
    }
  }
  return list;
}

function single(character: string): Token {
  if (character === '*') return { kind: 'any' };
  if (character === '?') return { kind: 'one' };
  return { kind: 'test', test: (c) => c === character };
}

/** Index of the `]` that closes the set opened at `start`, or -1; a `]` in first place is a member. */
function setEnd(pattern: readonly string[], start: number): number {
  const first = pattern[start + 1] === '!' ? start + 2 : start + 1;
  return pattern.indexOf(']', first + 1);
}

function set(body: readonly string[]): Token {
  const negated = body[0] === '!';
  const members = joined(ranges(negated ? body.slice(1) : body));
  return { kind: 'test', test: (c) => isMember(c, members) !== negated };
}

/** From one character to another, both included; a character by itself is the range to itself. */
type Range = readonly [low: string, high: string];

function ranges(members: readonly string[]): Range[] {
  const list: Range[] = [];
  for (let at = 0; at < members.length; at += 1) {
    const low = members[at] ?? '';
    const isRange = members[at + 1] === '-' && at + 2 < members.length;
    const high = isRange ? (members[at + 2] ?? '') : low;
    if (low <= high) list.push([low, high]);
    if (isRange) at += 2;
  }
  return list;
}

/** The same characters in ranges that are in order and apart, so that few of them need be looked at. */
function joined(list: Range[]): readonly Range[] {
  const apart: Range[] = [];
  for (const [low, high] of list.sort(([a], [b]) => (a < b ? -1 : Number(a > b)))) {
    const last = apart.at(-1);
    if (last === undefined || low > last[1]) apart.push([low, high]);
    else if (high > last[1]) apart[apart.length - 1] = [last[0], high];
  }
  return apart;
}

function isMember(character: string, members: readonly Range[]): boolean {
  let [from, to] = [0, members.length];
  while (from < to) {
    const middle = (from + to) >> 1;
    const [low, high] = members[middle] ?? ['', ''];
    if (character < low) to = middle;
    else if (character > high) from = middle + 1;
    else return true;
  }
  return false;
}

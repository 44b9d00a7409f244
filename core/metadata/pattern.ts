/**
 * Path patterns of delegations (TUF 1.0.34 §4.5): matched segment by segment, `*` and `?` never
 * crossing `/`, `[…]` a set as in fnmatch, which the reference implementation uses. Two pointers and
 * no backtracking beyond the last `*`, so the time is bounded by pattern × name, whoever wrote it.
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
  const start = literalStart(pattern);
  if (!path.startsWith(start)) return false;
  if (start.length === pattern.length) return path === pattern;
  return matchesTokens(Array.from(path), tokens(Array.from(pattern)));
}

/** What every path that a pattern matches begins with: all before its first `*`, `?` or `[`. */
export function literalStart(pattern: string): string {
  return /^[^*?[]*/.exec(pattern)?.[0] ?? '';
}

type Token = { readonly kind: 'any' | 'one' } | { readonly kind: 'test'; test(c: string): boolean };

function matchesSegment(name: string, pattern: string): boolean {
  if (pattern === '*') return true;
  if (!/[*?[]/.test(pattern)) return name === pattern;
  return matchesTokens(Array.from(name), tokens(Array.from(pattern)));
}

function matchesTokens(name: readonly string[], pattern: readonly Token[]): boolean {
  let at = 0;
  let token = 0;
  let star: { readonly token: number; at: number } | undefined;
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
  for (let at = 0; at < pattern.length; at += 1) {
    const character = pattern[at] ?? '';
    const end = character === '[' ? setEnd(pattern, at) : -1;
    if (end > 0) {
      list.push(set(pattern.slice(at + 1, end)));
      at = end;
    } else {
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
  const members = negated ? body.slice(1) : body;
  return { kind: 'test', test: (c) => isMember(c, members) !== negated };
}

function isMember(character: string, members: readonly string[]): boolean {
  for (let at = 0; at < members.length; at += 1) {
    const low = members[at] ?? '';
    const isRange = members[at + 1] === '-' && at + 2 < members.length;
    const high = isRange ? (members[at + 2] ?? '') : low;
    if (low <= character && character <= high) return true;
    if (isRange) at += 2;
  }
  return false;
}

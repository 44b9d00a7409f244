/** How target paths and the patterns of delegations are written. */
import { matchesPattern } from '../metadata/pattern.ts';
import type { Policy } from '../metadata/policy.ts';
import { finding, type RuleFinding } from './verdict.ts';

/** Nothing beyond U+FFFF: for some clients that is two characters, so that `?` does not match it. */
const forms = {
  packages: formOf(/[A-Za-z0-9_@][A-Za-z0-9._+~@^!,-]*/),
  strict: formOf(/[A-Za-z0-9_][A-Za-z0-9._+-]*/),
  files: formOf(/(?![.!])[^\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\u{10000}-\u{10ffff}%?#\\:/*[\]{}()|]+/u),
} satisfies Record<Policy['profile'], unknown>;

/** None takes a name that begins with a dot, so neither `.` nor `..`. */
function formOf({ source, flags }: RegExp) {
  return {
    segment: new RegExp(`^${source}$`, flags),
    path: new RegExp(`^${source}(/${source})*$`, flags),
  };
}

/** Clients keep a target under its whole path, percent-encoded, as one file name. */
const maxEncodedBytes = 240;
/** What a file system can hold once a hash of 128 digits and a dot stand before a name. */
const maxPartBytes = 120;
/** How targets are called where they are published (TUF 1.0.34 §6.2): files, so never folders. */
const hashedFolder = /(^|\/)([0-9a-f]{64}|[0-9a-f]{128})\.[^/]*\//i;

export function* checkTargetPath(
  file: string,
  path: string,
  profile: Policy['profile'],
): Iterable<RuleFinding> {
  const where = `${file}, target ${path}`;
  if (!forms[profile].path.test(path)) {
    yield finding('path.form', where, `the path does not fit the profile ${profile}`);
  }
  if (isTooLong(path)) {
    const most = `${maxEncodedBytes} bytes when percent-encoded, each of its parts ${maxPartBytes}`;
    yield finding('path.form', where, `a path has at most ${most}`);
  }
  if (hashedFolder.test(path)) {
    yield finding('path.form', where, 'a folder is called like a file under its hash');
  }
}

function isTooLong(path: string): boolean {
  return (
    path.split('/').some((part) => Buffer.byteLength(part) > maxPartBytes) ||
    encodeURIComponent(path).length > maxEncodedBytes
  );
}

/** A matcher that backtracks takes some n^stars steps for a name of n characters: hours for six. */
const maxStars = 3;

/** Literals, `*` and `?` within a segment: clients disagree on everything else. */
export function* checkPattern(
  where: string,
  pattern: string,
  profile: Policy['profile'],
): Iterable<RuleFinding> {
  const isFine = pattern.split('/').every((part) => {
    const plain = part.replaceAll(/[*?]/g, 'x');
    return !part.includes('**') && forms[profile].segment.test(plain);
  });
  if (!isFine) {
    const hint = 'use names, * and ? within a segment';
    yield finding(
      'path.pattern',
      `${where}, pattern ${pattern}`,
      'clients read it differently',
      hint,
    );
  }
  if (pattern.split('/').some((part) => part.split('*').length - 1 > maxStars)) {
    const message = `more than ${maxStars} * in a segment keep some clients busy for hours`;
    yield finding('path.pattern', `${where}, pattern ${pattern}`, message);
  }
  const shortestMatch = pattern.replaceAll('*', '').replaceAll('?', 'x');
  if (isFine && isTooLong(shortestMatch)) {
    const message = 'it is longer than any target path: some clients fail at such a pattern';
    yield finding('path.pattern', `${where}, pattern ${pattern.slice(0, 40)}…`, message);
  }
}

/** True when every path that matches `inner` matches `outer`, decided segment by segment. */
export function containsPattern(outer: string, inner: string): boolean {
  const outers = outer.split('/');
  const inners = inner.split('/');
  return (
    outers.length === inners.length &&
    outers.every((part, index) => containsSegment(part, inners[index] ?? ''))
  );
}

function containsSegment(outer: string, inner: string): boolean {
  if (outer === '*' || outer === inner) return true;
  if (/[*?]/.test(inner)) return false;
  return matchesPattern(inner, outer);
}

import type { ByteRange } from '../public/public-store.ts';

/**
 * What a `Range` header asks for (RFC 9110 §14.1.2): one range, `unsatisfiable`, or undefined for
 * the whole, which is also the answer to what is malformed, of another unit, or several at once.
 * @param length of the file, in bytes
 */
export function parseRange(
  header: string,
  length: number,
): ByteRange | 'unsatisfiable' | undefined {
  const [, first = '', last = ''] = /^bytes=(\d{0,15})-(\d{0,15})$/.exec(header) ?? [];
  if (first === '') return last === '' ? undefined : suffix(Number(last), length);
  const start = Number(first);
  const end = last === '' ? length - 1 : Math.min(Number(last), length - 1);
  if (last !== '' && Number(last) < start) return undefined;
  return start < length ? { start, end } : 'unsatisfiable';
}

function suffix(count: number, length: number): ByteRange | 'unsatisfiable' {
  if (count === 0 || length === 0) return 'unsatisfiable';
  return { start: Math.max(0, length - count), end: length - 1 };
}

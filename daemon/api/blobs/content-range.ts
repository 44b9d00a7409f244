import { fault } from '../../../core/error/error.ts';
import { Refusal } from '../problems.ts';

/** Which bytes of a file a body holds. */
export interface Extent {
  readonly from: number;
  readonly length: number | undefined;
  /** Of the whole file; undefined: it ends where the body ends. */
  readonly total: number | undefined;
}

/**
 * From the header fields of a PUT. `Content-Range: bytes A-B/TOTAL` says which bytes come; with `*`
 * in place of the first two, that all are there by now.
 * @throws Refusal 400 for what cannot be read, 422 `blob.length` for what cannot be
 */
export function extentOf(contentRange: string, contentLength: string): Extent {
  const length = contentLength === '' ? undefined : Number(contentLength);
  if (contentRange === '') return { from: 0, length, total: length };
  const form = /^bytes (?:(\d{1,15})-(\d{1,15})|\*)\/(\d{1,15})$/;
  const [whole, first = '', last = '', total = ''] = form.exec(contentRange) ?? [];
  if (whole === undefined) throw malformed();
  const extent =
    first === '' ? nothingMore(Number(total)) : between(Number(first), Number(last), Number(total));
  if (extent !== undefined && (length ?? extent.length) === extent.length) return extent;
  throw new Refusal(422, [
    fault('blob.length', 'Content-Range', 'it does not fit the body, or the length of the file'),
  ]);
}

function nothingMore(total: number): Extent {
  return { from: total, length: 0, total };
}

/** @param last the last byte, included */
function between(first: number, last: number, total: number): Extent | undefined {
  const length = last - first + 1;
  return length > 0 && last < total ? { from: first, length, total } : undefined;
}

function malformed(): Refusal {
  const message = 'it must be "bytes FIRST-LAST/TOTAL" or "bytes */TOTAL"';
  return new Refusal(400, [fault('request.form', 'Content-Range', message)]);
}

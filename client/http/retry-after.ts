/**
 * A `Retry-After` header in milliseconds, RFC 9110 §10.2.3. A date is held against the server's own
 * clock where the answer tells it, since ours may be wrong.
 */
export function retryAfterMs(header: string | undefined, date?: string): number | undefined {
  if (header === undefined) return undefined;
  if (/^\d{1,9}$/.test(header)) return Number(header) * 1000;
  const [until, served] = [parseDate(header), parseDate(date)];
  return until === undefined ? undefined : Math.max(0, until - (served ?? Date.now()));
}

function parseDate(header: string | undefined): number | undefined {
  const time = header?.endsWith(' GMT') === true ? Date.parse(header) : NaN;
  return Number.isNaN(time) ? undefined : time;
}

import { canonicalize } from '@tufjs/canonical-json';

/** When these tests say that it is. */
export const now = new Date('2031-05-06T07:08:09Z');

export interface OnlineOptions {
  /** Hours from `now`. */
  readonly lifeHours?: number;
  readonly now?: Date;
  /** Versions by file name. */
  readonly meta?: Readonly<Record<string, number>>;
  /** Replaces or adds fields of `signed`. */
  readonly more?: Readonly<Record<string, unknown>>;
}

/** The bytes that a signature of a snapshot is over. */
export function snapshotBytes(version: number, options: OnlineOptions = {}): Buffer {
  return Buffer.from(canonicalize(signed('snapshot', version, { 'targets.json': 1 }, options)));
}

/** The bytes that a signature of a timestamp is over. */
export function timestampBytes(version: number, options: OnlineOptions = {}): Buffer {
  return Buffer.from(canonicalize(signed('timestamp', version, { 'snapshot.json': 1 }, options)));
}

/** The bytes that a signature of a delegated role is over. */
export function delegatedBytes(version: number, options: OnlineOptions = {}): Buffer {
  const role = { ...signed('targets', version, {}, options), targets: {} };
  return Buffer.from(canonicalize(without(role, 'meta')));
}

function signed(
  type: string,
  version: number,
  usualMeta: Readonly<Record<string, number>>,
  { lifeHours = 1, now: from = now, meta = usualMeta, more = {} }: OnlineOptions,
): Record<string, unknown> {
  const expires = new Date(from.getTime() + lifeHours * 3_600_000).toISOString();
  return {
    _type: type,
    spec_version: '1.0.34',
    version,
    expires: expires.replace(/\.\d+Z$/, 'Z'),
    meta: Object.fromEntries(
      Object.entries(meta).map(([name, listed]) => [name, { version: listed }]),
    ),
    ...more,
  };
}

function without(fields: Readonly<Record<string, unknown>>, name: string): Record<string, unknown> {
  return Object.fromEntries(Object.entries(fields).filter(([field]) => field !== name));
}

/** Values of options, checked as commander reads them: a wrong one is a usage error, status 2. */
import { InvalidArgumentError, type Command } from 'commander';
import { fault } from '../../core/error/error.ts';

/** A whole number from `least` to `most`, for `--threshold 2` and the like. */
export function wholeNumber(least = 1, most = Infinity): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (/^\d{1,9}$/.test(text) && value >= least && value <= most) return value;
    const range = most === Infinity ? `${least} or more` : `from ${least} to ${most}`;
    throw new InvalidArgumentError(`It must be a whole number, ${range}.`);
  };
}

/** `30d`, `2026-12-31` or `2026-12-31T12:00:00Z`. @throws `usage.argument` */
export function instant(option: string, text: string, now: Date): Date {
  const days = /^(\d{1,4})d$/.exec(text)?.[1];
  if (days !== undefined) return new Date(now.getTime() + Number(days) * 86_400_000);
  const time = /^\d{4}-\d\d-\d\d(T[\d:]+Z)?$/.test(text) ? Date.parse(text) : Number.NaN;
  if (!Number.isNaN(time)) return new Date(time);
  throw fault('usage.argument', option, 'it is a number of days, as 30d, or a date, as 2026-12-31');
}

/** `2026-12-31`, which is the beginning of that day in UTC, or a time as RFC 3339 writes it. */
export function timestamp(text: string): Date {
  const [, date = '', clock = 'T00:00:00Z'] =
    /^(\d{4}-\d\d-\d\d)(?:([Tt ]\d\d:\d\d:\d\d(?:\.\d+)?(?:[Zz]|[+-]\d\d:\d\d)))?$/.exec(text) ??
    [];
  const time = Date.parse(`${date}${clock.toUpperCase().replace(' ', 'T')}`);
  // Date.parse takes the 31st of February for the 3rd of March.
  if (isRealDay(date) && !Number.isNaN(time)) return new Date(time);
  throw new InvalidArgumentError(
    'It must be a date, as 2026-12-31, or a time, as 2026-12-31T12:00:00Z.',
  );
}

function isRealDay(date: string): boolean {
  const time = Date.parse(`${date}T00:00:00Z`);
  return !Number.isNaN(time) && new Date(time).toISOString().startsWith(date);
}

/** 64 hexadecimal digits, in lower case. */
export function sha256(text: string): string {
  if (/^[0-9a-fA-F]{64}$/.test(text)) return text.toLowerCase();
  throw new InvalidArgumentError('It must be 64 hexadecimal digits.');
}

/** A repeatable option: `--key A --key B`. Give it no default. */
export function collect(text: string, before: readonly string[] | undefined): readonly string[] {
  return [...(before ?? []), text];
}

/** Lines of `--help` that show the command at work. */
export function examples(command: Command, ...lines: readonly string[]): void {
  command.addHelpText('after', ['', 'Examples:', ...lines.map((text) => `  ${text}`)].join('\n'));
}

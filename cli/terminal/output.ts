/**
 * What a command prints. Results go to stdout and nothing else does; progress and warnings go to
 * stderr. Every text is made printable here, line by line, so that nothing from metadata, a server
 * or a file name reaches a terminal raw; colour is put on afterwards, and only on a terminal.
 */
import pc from 'picocolors';
import { visible } from '../../core/error/error.ts';
import { progressLine } from './progress-line.ts';

export type Tone = 'good' | 'bad' | 'faint' | 'strong';

export interface Output {
  /** A line (or several) of the result, on stdout. */
  result(text: string, tone?: Tone): void;
  /** The result as JSON, on stdout. */
  json(value: unknown): void;
  /** Rows of the result in aligned columns, on stdout. Nothing at all when there are no rows. */
  table(header: readonly string[], rows: readonly (readonly string[])[]): void;
  /** A line of progress, on stderr. */
  say(text: string, tone?: Tone): void;
  /** What is being done, on stderr; on a terminal only, where the next text takes its place. */
  progress(text: string): void;
  /** A line that begins with `warning:`, on stderr. */
  warn(text: string): void;
  /** A line that begins with `tuf-on-git:`, on stderr: why the command fails. */
  error(text: string): void;
}

export interface OutputStream {
  readonly isTTY?: boolean;
  /** Of a terminal, where it is known. */
  readonly columns?: number;
  write(text: string): unknown;
}

export function makeOutput(
  stdout: OutputStream,
  stderr: OutputStream,
  env: NodeJS.ProcessEnv,
): Output {
  const onStdout = tones(hasColours(stdout, env));
  const onStderr = tones(hasColours(stderr, env));
  const line = progressLine(stderr, env, onStderr.faint);
  const [result, said] = [line.before(stdout), line.before(stderr)];
  return {
    result: (text, tone) => {
      result(`${paint(onStdout, printable(text), tone)}\n`);
    },
    json: (value) => {
      result(`${printableJson(value)}\n`);
    },
    table: (header, rows) => {
      if (rows.length === 0) return;
      const [head = '', ...body] = columns([header, ...rows]);
      result([onStdout.strong(head), ...body, ''].join('\n'));
    },
    progress: (text) => {
      line.show(text);
    },
    say: (text, tone) => {
      said(`${paint(onStderr, printable(text), tone)}\n`);
    },
    warn: (text) => {
      said(`${onStderr.warn('warning:')} ${printable(text)}\n`);
    },
    error: (text) => {
      said(`${onStderr.bad('tuf-on-git:')} ${printable(text)}\n`);
    },
  };
}

/** Two spaces between columns, none at the end of a line. */
function columns(rows: readonly (readonly string[])[]): string[] {
  const cells = rows.map((row) => row.map((cell) => visible(cell)));
  const widths = (cells[0] ?? []).map((_, column) =>
    Math.max(...cells.map((row) => row[column]?.length ?? 0)),
  );
  return cells.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  );
}

function printable(text: string): string {
  return text
    .split('\n')
    .map((line) => visible(line))
    .join('\n');
}

/** JSON may carry any character; those that act on a terminal are written as escapes instead. */
function printableJson(value: unknown): string {
  return JSON.stringify(value, null, 2).replace(/[^\P{Cc}\n]|[\p{Cf}\p{Zl}\p{Zp}]/gu, (character) =>
    Array.from({ length: character.length }, (_, at) => escaped(character.charCodeAt(at))).join(''),
  );
}

function escaped(unit: number): string {
  return `\\u${unit.toString(16).padStart(4, '0')}`;
}

function hasColours(stream: OutputStream, env: NodeJS.ProcessEnv): boolean {
  return stream.isTTY === true && env['NO_COLOR'] === undefined && env['TERM'] !== 'dumb';
}

function tones(isColoured: boolean) {
  const colours = pc.createColors(isColoured);
  return {
    good: colours.green,
    bad: colours.red,
    faint: colours.dim,
    strong: colours.bold,
    warn: colours.yellow,
  };
}

function paint(colours: ReturnType<typeof tones>, text: string, tone: Tone | undefined): string {
  return tone === undefined ? text : colours[tone](text);
}

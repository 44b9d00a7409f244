import { parseArgs } from 'node:util';
import { StoryFailure } from '../kit/story-failure.ts';

export interface DemoOptions {
  /** End when all is told, instead of leaving the server running. */
  readonly exit: boolean;
  /** Of the first listener; 0 takes free ones. */
  readonly port: number;
  /** Undefined: all of them, one after the other. */
  readonly milestone: number | undefined;
  /** Wait for Enter before each act. */
  readonly step: boolean;
  /** Mount every attack, and print what came of them as a table. */
  readonly attacks: boolean;
  /** The file that the measured table goes to, as JSON. */
  readonly measured: string | undefined;
}

export const usage = `npm run demo [-- OPTION…]

Walks through milestones 0 to 6, and leaves the server of the last one running.

  --exit          run everything and end, with status 0 when all went as told
  --step          wait for Enter before each act
  --milestone N   one milestone alone, and all of it: 0 baseline, 1 minimal TUF, 2 timestamps, 3 minimal uploads,
                  4 upload tool, 5 developer signing, 6 signing events
  --attacks       leave nothing out, and end with the attack table as measured; it takes some minutes,
                  and ends with status 1 where a milestone does not come to what it promises
  --measured FILE the same table as JSON
  --port N        listen on N and N + 1 instead of 8080 and 8081; 0 takes free ports
  --help          this text`;

/** @returns undefined for `--help` @throws StoryFailure for anything else than the options */
export function parseOptions(args: readonly string[]): DemoOptions | undefined {
  const { exit, port, milestone, step, attacks, measured, help } = values(args);
  if (help) return undefined;
  return {
    ...{ exit, step, attacks: attacks || measured !== undefined, measured },
    port: wholeNumber('--port', port, 65_534),
    milestone: milestone === undefined ? undefined : wholeNumber('--milestone', milestone, 6),
  };
}

function values(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      options: {
        exit: { type: 'boolean', default: false },
        step: { type: 'boolean', default: false },
        attacks: { type: 'boolean', default: false },
        measured: { type: 'string' },
        port: { type: 'string', default: '8080' },
        milestone: { type: 'string' },
        help: { type: 'boolean', default: false },
      },
    }).values;
  } catch (error) {
    const message = error instanceof TypeError ? error.message : String(error);
    throw new StoryFailure(message.split('. ')[0] ?? message);
  }
}

function wholeNumber(option: string, text: string, most: number): number {
  const value = /^\d{1,5}$/.test(text) ? Number(text) : Number.NaN;
  if (value <= most) return value;
  throw new StoryFailure(`${option} must be a whole number from 0 to ${most}, not "${text}"`);
}

import { isatty } from 'node:tty';
import { makeOutput, type Output } from './output.ts';
import { makeQuestions, type Questions } from './questions.ts';

/** What a command has of the world around it: made once, in main.ts. */
export interface Cli {
  readonly out: Output;
  readonly ask: Questions;
  readonly cwd: string;
  readonly env: NodeJS.ProcessEnv;
  now(): Date;
}

export function makeCli(): Cli {
  const { stdout, stderr, env } = process;
  return {
    out: makeOutput(stdout, stderr, env),
    ask: makeQuestions(isatty(0) && stderr.isTTY),
    cwd: process.cwd(),
    env,
    now: () => new Date(),
  };
}

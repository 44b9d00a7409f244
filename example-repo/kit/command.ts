import { spawn } from 'node:child_process';
import type { Stage } from './stage.ts';
import { StoryFailure } from './story-failure.ts';

export interface CommandOptions {
  readonly cwd: string;
  /** The whole environment: nothing of whoever runs the story gets in. */
  readonly env: NodeJS.ProcessEnv;
}

/** A command that has ended. */
export interface Ended {
  /** The command as one could type it. */
  readonly command: string;
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a program to its end, whatever its status. */
export async function run(
  stage: Stage,
  program: string,
  args: readonly string[],
  options: CommandOptions,
): Promise<Ended> {
  const child = spawn(program, args, { ...options, stdio: ['ignore', 'pipe', 'pipe'] });
  stage.adopt(child);
  const said = { stdout: '', stderr: '' };
  child.stdout.setEncoding('utf8').on('data', (text: string) => (said.stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (said.stderr += text));
  const status = await new Promise<number>((resolve, reject) => {
    child.once('error', ({ message }) => {
      reject(new StoryFailure(`${program} cannot be started: ${message}`));
    });
    child.once('close', (code, signal) => {
      resolve(code ?? (signal === null ? 1 : 128));
    });
  });
  return { command: [program, ...args].join(' '), status, ...said };
}

/** Its stdout. @throws StoryFailure when the command failed */
export function succeeded({ command, status, stdout, stderr }: Ended): string {
  if (status === 0) return stdout;
  throw new StoryFailure(`${command}\nended with status ${status}`, stderr || stdout);
}

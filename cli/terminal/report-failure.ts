import { CommanderError } from 'commander';
import { TufOnGitError, line } from '../../core/error/error.ts';
import type { Cli } from './cli.ts';
import { exitStatus } from './exit-status.ts';
import { isCancelled } from './questions.ts';

/** As shells have it for a command that Ctrl-C ended. */
const interrupted = 130;
/** sysexits.h EX_SOFTWARE: a defect of ours, which none of the documented statuses may stand for. */
const defect = 70;

/** Prints why a command failed, in one line, and returns the status to exit with. */
export function reportFailure(error: unknown, { out, env }: Cli): number {
  // Commander has printed its own line by now.
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
  if (isCancelled(error)) {
    out.error('cancelled');
    return interrupted;
  }
  if (error instanceof TufOnGitError) {
    out.error(line(error));
    if (isDebugging(env)) out.say(stack(error));
    return exitStatus(error.code);
  }
  if (isSystemError(error)) {
    out.error(error.message);
    if (isDebugging(env)) out.say(stack(error));
    return 1;
  }
  out.error(`${message(error)}; this is a defect: please report it`);
  if (isDebugging(env)) out.say(stack(error));
  else out.say('with TUF_ON_GIT_DEBUG=1 the command says where it happened');
  return defect;
}

/** The system refused: a full disk, a folder of somebody else's. Its own words say what and where. */
function isSystemError(error: unknown): error is Error {
  return error instanceof Error && 'syscall' in error && 'errno' in error;
}

function isDebugging(env: NodeJS.ProcessEnv): boolean {
  return env['TUF_ON_GIT_DEBUG'] === '1';
}

function message(error: unknown): string {
  return error instanceof Error ? `${error.name}: ${error.message}` : String(error);
}

function stack(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const cause = error.cause === undefined ? '' : `\ncaused by ${stack(error.cause)}`;
  return `${error.stack ?? message(error)}${cause}`;
}

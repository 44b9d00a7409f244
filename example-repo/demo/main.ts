/** `npm run demo`: walks through the milestones, and leaves the last server running unless told to end. */
import { constants } from 'node:os';
import { StoryFailure } from '../kit/story-failure.ts';
import { parseOptions, usage, type DemoOptions } from './options.ts';
import { Walk } from './walk.ts';

process.exitCode = await main(process.argv.slice(2));

async function main(args: readonly string[]): Promise<number> {
  let options: DemoOptions | undefined;
  try {
    options = parseOptions(args);
  } catch (error) {
    return report(error, 2);
  }
  if (options !== undefined) return tell(options);
  process.stdout.write(`${usage}\n`);
  return 0;
}

/** @returns the status to exit with; by then everything that was started is gone */
async function tell(options: DemoOptions): Promise<number> {
  const walk = new Walk(options);
  try {
    return await Promise.race([walk.play(), interruption()]);
  } catch (error) {
    return report(error, 1);
  } finally {
    await walk.end();
  }
}

/**
 * Resolves with the status that a shell expects of a program that a signal ended, or whose reader
 * has gone: in either case there is something to clean up.
 */
function interruption(): Promise<number> {
  return new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
      process.on(signal, () => {
        resolve(128 + constants.signals[signal]);
      });
    }
    process.stdout.on('error', () => {
      resolve(128 + constants.signals.SIGPIPE);
    });
  });
}

function report(error: unknown, status: number): number {
  if (!(error instanceof StoryFailure)) throw error;
  process.stderr.write(`\ndemo: ${error.message}\n`);
  if (error.details !== '') process.stderr.write(`${error.details}\n`);
  return status;
}

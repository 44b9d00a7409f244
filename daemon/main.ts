/**
 * `daemon.cjs HOME [--once] [--json-ready] [--floor SNAPSHOT:TIMESTAMP] [--single-user]`,
 * started by `tuf-on-git serve`.
 *
 * --once: makes the generation that HOME calls for and ends. --json-ready: one JSON line on stdout
 * when both listeners answer. Everything else is said on stderr. Status 0: ended as asked, 1: could
 * not serve, 2: used wrongly.
 */
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { fault, line, TufOnGitError } from '../core/error/error.ts';
import { makeLog } from './log.ts';
import type { DaemonOptions } from './parts.ts';
import { parseFloor, type HighestVersions } from './publish/versions.ts';
import { publishOnce, startDaemon } from './serve.ts';

interface Arguments {
  readonly home: string;
  readonly once: boolean;
  readonly jsonReady: boolean;
  readonly floor: HighestVersions | undefined;
  readonly singleUser: boolean;
}

const options = {
  once: { type: 'boolean' },
  'json-ready': { type: 'boolean' },
  floor: { type: 'string' },
  'single-user': { type: 'boolean' },
} as const;

async function main(args: readonly string[]): Promise<void> {
  const { home, once, jsonReady, floor, singleUser } = parseArguments(args);
  const programs = path.dirname(fileURLToPath(import.meta.url));
  const options: DaemonOptions = {
    home,
    floor,
    singleUser,
    makeLog: ({ config }) => makeLog(config.logLevel, process.stderr.isTTY),
    signerProgram: path.join(programs, 'signer.cjs'),
    pageFolder: path.join(programs, '../page'),
  };
  if (once) {
    await publishOnce(options);
    return;
  }
  const stopped = stopSignal();
  const daemon = await startDaemon(options);
  const { content, console } = daemon;
  if (jsonReady) process.stdout.write(`${JSON.stringify({ ready: true, content, console })}\n`);
  await stopped;
  await daemon.close();
}

/** Resolves at the first signal; a second one ends the process at once. */
function stopSignal(): Promise<void> {
  return new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) {
      process.once(signal, () => {
        resolve();
        process.once(signal, () => process.exit(1));
      });
    }
  });
}

function parseArguments(args: readonly string[]): Arguments {
  try {
    const { values, positionals } = parseArgs({ args: [...args], options, allowPositionals: true });
    const [home, ...others] = positionals;
    if (home === undefined || others.length > 0) throw wrongUse();
    const { once = false, 'json-ready': jsonReady = false } = values;
    const singleUser = values['single-user'] ?? false;
    const floor = values.floor === undefined ? undefined : parseFloor(values.floor);
    return { home, once, jsonReady, floor, singleUser };
  } catch (error) {
    // What parseArgs() throws.
    throw error instanceof TypeError ? wrongUse(error) : error;
  }
}

function wrongUse(cause?: unknown): TufOnGitError {
  const usage = 'HOME [--once] [--json-ready] [--floor SNAPSHOT:TIMESTAMP] [--single-user]';
  const hint = 'start it with: tuf-on-git serve HOME';
  return fault('usage.argument', 'daemon', usage, { hint, cause });
}

main(process.argv.slice(2)).catch((error: unknown) => {
  if (!(error instanceof TufOnGitError)) throw error;
  process.stderr.write(`tuf-on-git: ${line(error)}\n`);
  process.exitCode = error.code.startsWith('usage.') ? 2 : 1;
});

/**
 * `daemon.cjs HOME [--once] [--json-ready]`, started by `tuf-on-git serve`.
 *
 * --once: makes the generation that HOME calls for and ends. --json-ready: one JSON line on stdout
 * when both listeners answer. Everything else is said on stderr. Status 0: ended as asked, 1: could
 * not serve, 2: used wrongly.
 */
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { fault, line, TufOnGitError } from '../core/error/error.ts';
import { makeLog } from './log.ts';
import type { DaemonOptions } from './parts.ts';
import { publishOnce, startDaemon } from './serve.ts';

interface Arguments {
  readonly home: string;
  readonly once: boolean;
  readonly jsonReady: boolean;
}

async function main(args: readonly string[]): Promise<void> {
  const { home, once, jsonReady } = parseArguments(args);
  const options: DaemonOptions = {
    home,
    makeLog: ({ config }) => makeLog(config.logLevel, process.stderr.isTTY),
    signerProgram: path.join(path.dirname(fileURLToPath(import.meta.url)), 'signer.cjs'),
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
  const [home, ...others] = args.filter((arg) => !arg.startsWith('--'));
  const unknown = args.filter(
    (arg) => arg.startsWith('--') && arg !== '--once' && arg !== '--json-ready',
  );
  if (home === undefined || others.length > 0 || unknown.length > 0) {
    throw fault('usage.argument', 'daemon', 'HOME [--once] [--json-ready]', {
      hint: 'start it with: tuf-on-git serve HOME',
    });
  }
  return { home, once: args.includes('--once'), jsonReady: args.includes('--json-ready') };
}

main(process.argv.slice(2)).catch((error: unknown) => {
  if (!(error instanceof TufOnGitError)) throw error;
  process.stderr.write(`tuf-on-git: ${line(error)}\n`);
  process.exitCode = error.code.startsWith('usage.') ? 2 : 1;
});

/**
 * The signer's process: `signer.cjs HOME/signer`, started with an IPC channel by whoever asks it. It is
 * the only one that loads a PKCS#11 module or knows a PIN, and it ends when the other side is gone.
 *
 * `signer.cjs HOME/signer --socket FILE` is the service of an account of its own: it listens, and has
 * such a process beside it, which it starts again when it hangs.
 */
import path from 'node:path';
import { line, TufOnGitError, visible } from '../../core/error/error.ts';
import { readSignerSettings } from '../../core/home/signer-settings.ts';
import { inheritedFds } from './inherited-fds.ts';
import { SignerService } from './service.ts';
import { startSigner } from './signer-client.ts';
import { serveSigner } from './socket-service.ts';

async function main([folder, option, socket]: readonly string[]): Promise<void> {
  if (folder !== undefined && option === '--socket' && socket !== undefined) {
    await listen(folder, socket);
  } else if (folder !== undefined && option === undefined && process.send !== undefined) {
    answerParent(folder);
  } else {
    process.stderr.write('tuf-on-git: the signer is started by: tuf-on-git serve HOME\n');
    process.exitCode = 2;
  }
}

function answerParent(folder: string): void {
  const service = new SignerService({
    folder,
    now: () => new Date(),
    monotonicMs: () => performance.now(),
    log,
  });
  process.on('message', (message) => {
    // Who is killed meanwhile needs no answer.
    void service.answer(message).then((answer) => {
      process.send?.(answer, undefined, undefined, () => undefined);
    });
  });
  process.on('disconnect', () => {
    void service.close().finally(() => process.exit());
  });
  outliveTheTerminal();
  // Else this signal opens node's debugger, in which the PIN can be read.
  process.on('SIGUSR1', () => undefined);
}

async function listen(folder: string, socket: string): Promise<void> {
  const program = path.resolve(process.argv[1] ?? '');
  const { timeoutSeconds } = await readSignerSettings(folder);
  const timeoutMs = timeoutSeconds * 1000;
  const inheritFds = await inheritedFds(folder);
  const signer = startSigner({ program, folder, timeoutMs, log, inheritFds });
  const close = await serveSigner(signer, socket);
  log(`the signer listens on ${socket}`);
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => {
      void close()
        .then(() => signer.close())
        .then(() => process.exit());
    });
  }
}

function log(text: string): void {
  process.stderr.write(`${visible(text)}\n`);
}

/** Ctrl-C reaches the whole group: the daemon decides when it needs no more signatures. */
function outliveTheTerminal(): void {
  for (const signal of ['SIGINT', 'SIGHUP'] as const) process.on(signal, () => undefined);
}

main(process.argv.slice(2)).catch((error: unknown) => {
  if (!(error instanceof TufOnGitError)) throw error;
  process.stderr.write(`tuf-on-git: ${line(error)}\n`);
  process.exitCode = 1;
});

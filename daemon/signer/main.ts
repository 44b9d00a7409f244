import { visible } from '../../core/error/error.ts';
import { SignerService } from './service.ts';

/**
 * The signer's process: `signer.cjs HOME/signer`, started by the daemon with an IPC channel. It is
 * the only one that loads a PKCS#11 module or knows a PIN, and it ends when the daemon is gone.
 */
function main(folder: string | undefined): void {
  if (process.send === undefined || folder === undefined) {
    process.stderr.write('The signer is started by the daemon: tuf-on-git serve HOME\n');
    process.exitCode = 2;
    return;
  }
  const service = new SignerService({
    folder,
    now: () => new Date(),
    monotonicMs: () => performance.now(),
    log,
  });
  process.on('message', (message) => {
    void service.answer(message).then((answer) => process.send?.(answer));
  });
  process.on('disconnect', () => {
    void service.close().finally(() => process.exit());
  });
  outliveTheTerminal();
  // Else this signal opens node's debugger, in which the PIN can be read.
  process.on('SIGUSR1', () => undefined);
}

function log(text: string): void {
  process.stderr.write(`${visible(text)}\n`);
}

/** Ctrl-C reaches the whole group: the daemon decides when it needs no more signatures. */
function outliveTheTerminal(): void {
  for (const signal of ['SIGINT', 'SIGHUP'] as const) process.on(signal, () => undefined);
}

main(process.argv[2]);

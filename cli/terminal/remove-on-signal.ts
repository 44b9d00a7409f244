import { rmSync } from 'node:fs';

/**
 * While something is being made in a folder, Ctrl-C and its like take the folder along.
 * @returns what ends that, once the folder is whole or gone
 */
export function removeOnSignal(folder: string): () => void {
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
  const end = (signal: NodeJS.Signals) => {
    rmSync(folder, { recursive: true, force: true });
    stop();
    process.kill(process.pid, signal);
  };
  const stop = () => {
    for (const signal of signals) process.off(signal, end);
  };
  for (const signal of signals) process.on(signal, end);
  return stop;
}

import path from 'node:path';
import { watch } from 'chokidar';

/**
 * Calls `onChange` whenever the signer's settings may have changed. Where the folder is of another
 * account there is nothing to see, and a timer has to look.
 * @param file HOME/signer/settings.json; its folder is watched, for editors replace files
 * @returns when the watch stands; call the result to end it
 */
export async function watchSettings(
  file: string,
  onChange: () => void,
  onError: (error: unknown) => void,
): Promise<() => Promise<void>> {
  const watcher = watch(path.dirname(file), {
    depth: 0,
    ignoreInitial: true,
    ignored: (seen, stats) => stats?.isFile() === true && seen !== file,
  });
  watcher.on('all', onChange);
  watcher.on('error', onError);
  await new Promise<void>((resolve) => watcher.once('ready', resolve));
  return () => watcher.close();
}

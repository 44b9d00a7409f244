import path from 'node:path';
import { watch } from 'chokidar';

/**
 * Calls `onChange` whenever a ref of the bare repository may have changed: an event means only
 * "look again". Watched are the folder of loose refs and the one that `packed-refs` appears in,
 * never a single file: git replaces files, and a watch of the old one goes blind for good. Network
 * file systems give no events at all, so a timer has to look as well.
 * @returns when the watch stands; call the result to end it
 */
export async function watchRefs(
  repository: string,
  onChange: () => void,
  onError: (error: unknown) => void,
): Promise<() => Promise<void>> {
  const watcher = watch(repository, {
    ignoreInitial: true,
    followSymlinks: false,
    ignored: (file) => !tellsOfRefs(path.relative(repository, file)),
  });
  watcher.on('all', onChange);
  watcher.on('error', onError);
  await new Promise<void>((resolve) => watcher.once('ready', resolve));
  return () => watcher.close();
}

function tellsOfRefs(name: string): boolean {
  if (name.endsWith('.lock')) return false;
  return ['', 'packed-refs', 'refs'].includes(name) || name.startsWith(`refs${path.sep}`);
}

import path from 'node:path';
import { watch } from 'chokidar';
import { recordRef } from '../../core/gate/published.ts';

/**
 * Calls `onChange` whenever a ref of the bare repository may have changed: an event means only
 * "look again". Watched are the folder of loose refs and the one that `packed-refs` appears in,
 * never a single file: git replaces files, and a watch of the old one goes blind for good. Network
 * file systems give no events at all, so a timer has to look as well. The record is not watched: who
 * moves it is the daemon itself.
 * @returns when the watch stands; call the result to end it
 */
export async function watchRefs(
  repository: string,
  onChange: () => void,
  onError: (error: unknown) => void,
): Promise<() => Promise<void>> {
  const tellsOfRefs = (file: string) => isOfRefs(path.relative(repository, file));
  const watcher = watch(repository, {
    ignoreInitial: true,
    followSymlinks: false,
    ignored: (file) => !tellsOfRefs(file),
  });
  watcher.on('all', onChange);
  // Chokidar may make nothing of a file that goes and comes back at once; this it passes on always.
  watcher.on('raw', (_event, name, details) => {
    if (tellsOfRefs(path.join(watchedPath(details) ?? repository, name || 'refs'))) onChange();
  });
  watcher.on('error', onError);
  await new Promise<void>((resolve) => watcher.once('ready', resolve));
  return () => watcher.close();
}

function isOfRefs(name: string): boolean {
  if (name.endsWith('.lock') || name === path.normalize(recordRef)) return false;
  return ['', 'packed-refs', 'refs'].includes(name) || name.startsWith(`refs${path.sep}`);
}

function watchedPath(details: unknown): string | undefined {
  const isKnown = typeof details === 'object' && details !== null && 'watchedPath' in details;
  return isKnown && typeof details.watchedPath === 'string' ? details.watchedPath : undefined;
}

import { mkdir, readdir } from 'node:fs/promises';
import path from 'node:path';
import { hasCode } from '../core/error/system-error.ts';
import { storageFault, syncFolder } from './storage.ts';

/**
 * The folders that downloads of one batch write to: each is made, listed and synced once, however
 * many targets go there. A file's name is durable after `sync`; its content was before it got the name.
 */
export class TargetFolders {
  readonly #names = new Map<string, Promise<readonly string[]>>();
  readonly #changed = new Set<string>();

  /** What lay in the folder when it was first asked for; makes it where there is none. */
  open(folder: string): Promise<readonly string[]> {
    const known = this.#names.get(folder);
    if (known !== undefined) return known;
    const opened = this.#makeAndList(folder);
    this.#names.set(folder, opened);
    return opened;
  }

  changed(folder: string): void {
    this.#changed.add(folder);
  }

  /** @throws `client.storage` */
  async sync(): Promise<void> {
    const folders = [...this.#changed];
    this.#changed.clear();
    await Promise.all(
      folders.map(async (folder) => {
        try {
          await syncFolder(folder);
        } catch (error) {
          throw storageFault(folder, error);
        }
      }),
    );
  }

  async #makeAndList(folder: string): Promise<readonly string[]> {
    const names = await namesIn(folder);
    if (names !== undefined) return names;
    const first = await mkdir(folder, { recursive: true });
    if (first === undefined) return []; // somebody else was quicker
    const top = path.resolve(first);
    for (let made = path.resolve(folder); made.length >= top.length; made = path.dirname(made)) {
      this.changed(path.dirname(made));
    }
    return [];
  }
}

/** Undefined when there is no such folder. */
async function namesIn(folder: string): Promise<readonly string[] | undefined> {
  try {
    return await readdir(folder);
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return undefined;
    throw error;
  }
}

/**
 * The public store in a folder, which nginx may serve as well.
 *
 * A file is written under a temporary name, synced, and then linked to its own: the link fails when
 * the name exists, so nothing is overwritten unless it is known to be wrong, and nobody ever sees half
 * a file, not even after a crash. Somebody may take the folder away at any time: it is made anew.
 */
import { createHash, randomBytes } from 'node:crypto';
import { constants, createReadStream } from 'node:fs';
import {
  link,
  lstat,
  mkdir,
  open,
  opendir,
  rename,
  rm,
  stat,
  utimes,
  type FileHandle,
} from 'node:fs/promises';
import path from 'node:path';
import { fault } from '../../core/error/error.ts';
import { hasCode } from '../../core/error/system-error.ts';
import { makeFolder, notWritable, syncFolder, writeSynced } from '../../core/files/durable-file.ts';
import type { OpenedFile, PublicStore, SeenFile, StoredFile } from './public-store.ts';
import { readPieces } from './shared-reads.ts';

const partial = '.partial';
/** Large reads: at 64 KiB a stream costs four times as much. */
const readBytes = 1 << 20;
/** Of what is read at once: twice what metadata may have. */
const mostBytes = 16 << 20;

export class FolderStore implements PublicStore {
  readonly #folder: string;
  readonly #unsynced = new Set<string>();

  private constructor(folder: string) {
    this.#folder = folder;
  }

  /** @param folder HOME/public; made when missing, and rid of what an earlier crash left half done */
  static async open(folder: string): Promise<FolderStore> {
    const store = new FolderStore(folder);
    try {
      await rm(path.join(folder, partial), { recursive: true, force: true });
      await mkdir(path.join(folder, partial), { recursive: true });
    } catch (cause) {
      throw notWritable(folder, cause);
    }
    return store;
  }

  async check(name: string, bytes: Uint8Array): Promise<void> {
    await this.#holds(name, bytes);
  }

  async put(name: string, bytes: Uint8Array): Promise<void> {
    if (await this.#holds(name, bytes)) return;
    const temporary = this.#temporary();
    try {
      await this.#makePartial();
      await writeSynced(temporary, bytes);
      await this.#name(temporary, name);
    } catch (cause) {
      throw notWritable(this.#path(name), cause);
    } finally {
      await rm(temporary, { force: true });
    }
  }

  async putStream(name: string, content: AsyncIterable<Uint8Array>): Promise<void> {
    const temporary = this.#temporary();
    try {
      await this.#makePartial();
      await writeSynced(temporary, content);
      await this.#nameOnce(temporary, name);
    } catch (cause) {
      throw notWritable(this.#path(name), cause);
    } finally {
      await rm(temporary, { force: true });
    }
  }

  async alias(name: string, alias: string): Promise<void> {
    const file = this.#path(name);
    try {
      await this.#nameOnce(file, alias);
    } catch (cause) {
      if (!hasCode(cause, 'EMLINK')) throw notWritable(this.#path(alias), cause);
      // It has as many names as a file can have: here is another one.
      await this.putStream(alias, createReadStream(file, { highWaterMark: readBytes }));
    }
  }

  async sync(): Promise<void> {
    const folders = [...this.#unsynced];
    for (const folder of folders) {
      try {
        await syncFolder(folder);
      } catch (cause) {
        // Of a folder that somebody took away no name can be made durable.
        if (!hasCode(cause, 'ENOENT')) throw notWritable(folder, cause);
      }
      this.#unsynced.delete(folder);
    }
  }

  async replace(name: 'metadata/timestamp.json', bytes: Uint8Array): Promise<void> {
    await this.mend(name, bytes);
    await this.sync();
  }

  async mend(name: string, content: Uint8Array | AsyncIterable<Uint8Array>): Promise<void> {
    const temporary = this.#temporary();
    const file = this.#path(name);
    try {
      await this.#makeFolderOf(file);
      await this.#makePartial();
      await writeSynced(temporary, content);
      await makeNewer(temporary, file);
      await takePlace(temporary, file);
    } catch (cause) {
      await rm(temporary, { force: true });
      throw notWritable(file, cause);
    }
    this.#unsynced.add(path.dirname(file));
  }

  async seen(name: string): Promise<SeenFile | undefined> {
    const there = await lstat(this.#path(name), { bigint: true }).catch((error: unknown) => {
      if (hasCode(error, 'ENOENT', 'ENOTDIR')) return undefined;
      throw error;
    });
    if (there?.isFile() !== true) return undefined;
    const { ino, size, mtimeNs, ctimeNs } = there;
    return {
      mark: [ino, size, mtimeNs, ctimeNs].join(),
      ageMs: Date.now() - Number(there.ctimeMs),
    };
  }

  async read(name: string): Promise<Buffer | undefined> {
    const opened = await openPlain(this.#path(name));
    if (opened === undefined) return undefined;
    try {
      return opened.size > mostBytes ? undefined : await opened.handle.readFile();
    } finally {
      await opened.handle.close();
    }
  }

  async open(name: string, length: number): Promise<OpenedFile | undefined> {
    const opened = await openPlain(this.#path(name));
    if (opened === undefined) return undefined;
    const { handle, size } = opened;
    if (size !== length) {
      await handle.close();
      return undefined;
    }
    return { pieces: (range) => readPieces(handle, range, name), close: () => handle.close() };
  }

  async list(folder?: 'metadata' | 'targets'): Promise<readonly StoredFile[]> {
    const found: StoredFile[] = [];
    for await (const file of this.each(folder)) found.push(file);
    return found;
  }

  async *each(folder = ''): AsyncGenerator<StoredFile> {
    const entries = await opendir(this.#path(folder), { bufferSize: 1024 }).catch(ifMissing);
    if (entries === undefined) return;
    for await (const entry of entries) {
      const name = folder === '' ? entry.name : `${folder}/${entry.name}`;
      if (entry.isDirectory() && name !== partial) yield* this.each(name);
      if (!entry.isFile()) continue;
      const there = await stat(this.#path(name)).catch(ifMissing);
      if (there !== undefined) yield { name, length: there.size };
    }
  }

  async delete(name: string): Promise<void> {
    const file = this.#path(name);
    try {
      await rm(file, { force: true });
    } catch (cause) {
      throw notWritable(file, cause);
    }
    this.#unsynced.add(path.dirname(file));
  }

  async #holds(name: string, bytes: Uint8Array): Promise<boolean> {
    const file = this.#path(name);
    try {
      const existing = await this.read(name);
      if (existing?.equals(bytes) === true) return true;
      // Also where no plain file stands there: nothing can be put.
      if ((await lstat(file).catch(ifMissing)) !== undefined) throw changed(file);
      return false;
    } catch (cause) {
      throw notWritable(file, cause);
    }
  }

  /** As `#name`; a name that is taken by the same content is as good. */
  async #nameOnce(source: string, name: string): Promise<void> {
    try {
      await this.#name(source, name);
    } catch (error) {
      if (!hasCode(error, 'EEXIST')) throw error;
      if (!(await haveSameContent(source, this.#path(name)))) throw changed(this.#path(name));
    }
  }

  async #name(source: string, name: string): Promise<void> {
    const file = this.#path(name);
    await this.#makeFolderOf(file);
    await link(source, file);
    this.#unsynced.add(path.dirname(file));
  }

  async #makeFolderOf(file: string): Promise<void> {
    for (const folder of await makeFolder(path.dirname(file))) {
      this.#unsynced.add(path.dirname(folder));
    }
  }

  async #makePartial(): Promise<void> {
    await mkdir(path.join(this.#folder, partial), { recursive: true });
  }

  #path(name: string): string {
    return path.join(this.#folder, ...name.split('/'));
  }

  #temporary(): string {
    return path.join(this.#folder, partial, randomBytes(8).toString('hex'));
  }
}

/**
 * Neither follows a link nor waits for a pipe.
 * @returns undefined where there is no plain file; the handle is to be closed by the caller
 */
async function openPlain(
  file: string,
): Promise<{ readonly handle: FileHandle; readonly size: number } | undefined> {
  const { O_RDONLY, O_NOFOLLOW, O_NONBLOCK } = constants;
  const handle = await open(file, O_RDONLY | O_NOFOLLOW | O_NONBLOCK).catch((error: unknown) => {
    // ENXIO: a socket.
    if (hasCode(error, 'ENOENT', 'ENOTDIR', 'EISDIR', 'ELOOP', 'ENXIO')) return undefined;
    throw error;
  });
  if (handle === undefined) return undefined;
  try {
    const there = await handle.stat();
    if (there.isFile()) return { handle, size: there.size };
  } catch (error) {
    await handle.close();
    throw error;
  }
  await handle.close();
  return undefined;
}

/** By rename; a folder that stands there has to go before. */
async function takePlace(temporary: string, file: string): Promise<void> {
  try {
    await rename(temporary, file);
  } catch (error) {
    if (!hasCode(error, 'EISDIR', 'ENOTEMPTY', 'EEXIST')) throw error;
    await rm(file, { recursive: true });
    await rename(temporary, file);
  }
}

/**
 * A web server makes a tag of a file's length and of the second in which it was written: no two that follow
 * each other may have both in common, or caches would keep the older one.
 */
async function makeNewer(file: string, than: string): Promise<void> {
  const last = await lstat(than).catch(ifMissing);
  const { mtimeMs } = await lstat(file);
  const lastSecond = Math.floor((last?.mtimeMs ?? 0) / 1000);
  if (Math.floor(mtimeMs / 1000) <= lastSecond) await utimes(file, lastSecond + 1, lastSecond + 1);
}

/** What is taken away while somebody looks is not there. */
function ifMissing(error: unknown): undefined {
  if (hasCode(error, 'ENOENT')) return undefined;
  throw error;
}

/** Two files, read in pieces: they may be large. */
async function haveSameContent(one: string, other: string): Promise<boolean> {
  const [first, second] = await Promise.all([stat(one), stat(other)]);
  if (first.ino === second.ino && first.dev === second.dev) return true;
  if (first.size !== second.size) return false;
  const [mine, theirs] = await Promise.all([digestOf(one), digestOf(other)]);
  return mine.equals(theirs);
}

async function digestOf(file: string): Promise<Buffer> {
  const hash = createHash('sha256');
  const content = createReadStream(file, { highWaterMark: readBytes });
  for await (const chunk of content) hash.update(chunk as Buffer);
  return hash.digest();
}

function changed(file: string) {
  return fault('publish.file-changed', file, 'the published file does not hold what it should', {
    hint: 'take it away: it is written anew from what is signed',
  });
}

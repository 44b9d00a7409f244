import * as fs from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import {
  floorUnwritable,
  readFloor,
  recentFile,
  recentLine,
  syncFolder,
  writeFloor,
  type Floor,
} from './floor.ts';
import type { OnlineRole } from './protocol.ts';

const waitForDisk = promisify(fs.fdatasync);

/** How much `floor.recent` may hold before the floor is written whole. */
const maxRecentBytes = 1 << 20;

/**
 * Keeps the floor on disk. It is written whole (two files' worth of waiting for the disk) by the first
 * signature of a run; each further one adds a line to `floor.recent` and waits once.
 */
export class FloorKeeper {
  readonly #folder: string;
  #floor: Floor;
  /** Undefined: the next one is written whole. */
  #recent: { readonly fd: number; bytes: number } | undefined;

  /** @param folder `HOME/signer` @throws `signer.refused` when the floor cannot be read */
  constructor(folder: string) {
    this.#folder = folder;
    this.#floor = readFloor(folder);
  }

  get floor(): Floor {
    return this.#floor;
  }

  /**
   * The new floor is on disk when this returns.
   * @param role in which it differs from the last one
   * @throws `signer.unavailable` when it cannot be written
   */
  async raise(role: OnlineRole, floor: Floor): Promise<void> {
    if (floor[role]?.sha256 === this.#floor[role]?.sha256) return;
    const line = recentLine(role, floor);
    if (this.#recent === undefined || this.#recent.bytes + line.length > maxRecentBytes) {
      this.#writeWhole(floor);
    } else {
      await this.#add(this.#recent, line);
    }
    this.#floor = floor;
  }

  close(): void {
    if (this.#recent !== undefined) fs.closeSync(this.#recent.fd);
    this.#recent = undefined;
  }

  /** Lines of before say nothing that the whole does not say: they may stay when this is cut short. */
  #writeWhole(floor: Floor): void {
    this.close();
    writeFloor(this.#folder, floor);
    try {
      const file = path.join(this.#folder, recentFile);
      this.#recent = { fd: fs.openSync(file, 'w', 0o600), bytes: 0 };
      syncFolder(this.#folder);
    } catch (cause) {
      this.close();
      throw floorUnwritable(this.#folder, cause);
    }
  }

  /** After a line that may be cut short none is added: the next floor is written whole. */
  async #add(recent: { readonly fd: number; bytes: number }, line: Buffer): Promise<void> {
    try {
      fs.writeFileSync(recent.fd, line);
      await waitForDisk(recent.fd);
      recent.bytes += line.length;
    } catch (cause) {
      this.close();
      throw floorUnwritable(this.#folder, cause);
    }
  }
}

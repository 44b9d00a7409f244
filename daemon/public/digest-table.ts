/**
 * Many digests, each with a number, in one flat piece of memory: a million of them take tens of
 * megabytes, where a map of strings takes hundreds, and they go to a file and back as they are.
 *
 * A slot is 16 bytes of the digest, 6 bytes of the number, one to spare, and one that says whether it
 * is taken.
 * A digest is looked for from its own place on, up to the first slot that was never taken.
 */
import { fault } from '../../core/error/error.ts';

const keyBytes = 16;
const numberBytes = 6;
const slotBytes = 24;
const stateAt = slotBytes - 1;
/** States of a slot. One that was left is no end of a search. */
const [empty, taken, left] = [0, 1, 2];

const least = 1024;
const maxLoad = 0.75;
const growth = 1.5;

export class DigestTable {
  #slots: Buffer;
  #used = 0;
  #size = 0;

  /** @param slots what `bytes` gave. @throws `publish.record` when it cannot be that */
  constructor(slots: Buffer = Buffer.alloc(least * slotBytes)) {
    if (slots.length === 0 || slots.length % slotBytes !== 0) {
      throw fault('publish.record', 'the table of public files', 'it is not whole');
    }
    this.#slots = slots;
    for (let at = stateAt; at < slots.length; at += slotBytes) {
      if (slots[at] !== empty) this.#used += 1;
      if (slots[at] === taken) this.#size += 1;
    }
  }

  get size(): number {
    return this.#size;
  }

  /** The table as it is: not a copy. */
  get bytes(): Buffer {
    return this.#slots;
  }

  /** @param digest of 16 bytes or more, of which the first 16 count */
  get(digest: Buffer): number | undefined {
    const at = this.#find(digest);
    return at === undefined ? undefined : this.#slots.readUIntLE(at + keyBytes, numberBytes);
  }

  /** @param number 0 to 2^48-1 */
  set(digest: Buffer, number: number): void {
    const known = this.#find(digest);
    if (known === undefined) this.#add(digest, number);
    else this.#slots.writeUIntLE(number, known + keyBytes, numberBytes);
  }

  delete(digest: Buffer): void {
    const at = this.#find(digest);
    if (at === undefined) return;
    this.#slots[at + stateAt] = left;
    this.#size -= 1;
  }

  #add(digest: Buffer, number: number): void {
    if ((this.#used + 1) * slotBytes > this.#slots.length * maxLoad) this.#grow();
    let at = this.#home(digest);
    while (this.#slots[at + stateAt] !== empty) at = this.#next(at);
    digest.copy(this.#slots, at, 0, keyBytes);
    this.#slots.writeUIntLE(number, at + keyBytes, numberBytes);
    this.#slots[at + stateAt] = taken;
    this.#used += 1;
    this.#size += 1;
  }

  #grow(): void {
    const old = this.#slots;
    const wanted = Math.max(least, Math.ceil((this.#size * growth) / maxLoad));
    this.#slots = Buffer.alloc(wanted * slotBytes);
    this.#used = 0;
    this.#size = 0;
    for (let at = 0; at < old.length; at += slotBytes) {
      if (old[at + stateAt] !== taken) continue;
      const slot = old.subarray(at, at + slotBytes);
      this.#add(slot, slot.readUIntLE(keyBytes, numberBytes));
    }
  }

  #find(digest: Buffer): number | undefined {
    let at = this.#home(digest);
    while (this.#slots[at + stateAt] !== empty) {
      const isIt =
        this.#slots[at + stateAt] === taken &&
        digest.compare(this.#slots, at, at + keyBytes, 0, keyBytes) === 0;
      if (isIt) return at;
      at = this.#next(at);
    }
    return undefined;
  }

  #home(digest: Buffer): number {
    return (digest.readUIntLE(0, numberBytes) % (this.#slots.length / slotBytes)) * slotBytes;
  }

  #next(at: number): number {
    return (at + slotBytes) % this.#slots.length;
  }
}

import { createInterface, type Interface } from 'node:readline';

/** Waits for Enter, as often as it is asked to; where nobody can press it any more, it goes on. */
export class Enter {
  #reader: Interface | undefined;
  #lines: AsyncIterator<string> | undefined;

  async wait(): Promise<void> {
    this.#reader ??= createInterface({ input: process.stdin });
    this.#lines ??= this.#reader[Symbol.asyncIterator]();
    process.stdout.write('\n(Enter goes on) ');
    await this.#lines.next();
  }

  close(): void {
    this.#reader?.close();
  }
}

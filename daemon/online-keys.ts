import type { PublicKey } from '../core/metadata/keys.ts';
import { replaceDurably } from '../core/files/durable-file.ts';

/**
 * The public keys that the signer holds, in a file where the hook finds them: it compares a pushed
 * root with them.
 */
export class OnlineKeys {
  readonly #file: string;
  #written: string | undefined;
  #held: readonly PublicKey[] | undefined;

  /** @param file HOME/state/online-keys.json */
  constructor(file: string) {
    this.#file = file;
  }

  /** As the signer said last; undefined until it has been met. */
  get held(): readonly PublicKey[] | undefined {
    return this.#held;
  }

  /** Writes the file where the keys are others than last time. @throws `home.not-writable` */
  async update(keys: readonly PublicKey[]): Promise<void> {
    this.#held = keys;
    const text = JSON.stringify(keys.map(({ json }) => json));
    if (text === this.#written) return;
    await replaceDurably(this.#file, `${text}\n`);
    this.#written = text;
  }
}

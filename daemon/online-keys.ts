import { readFile } from 'node:fs/promises';
import { fault } from '../core/error/error.ts';
import { parseKey, type KeyJson, type PublicKey } from '../core/metadata/keys.ts';
import { replaceDurably } from './publish/durable-file.ts';
import { hasCode } from './system-error.ts';

/**
 * The public keys that the signer holds, in a file where the hook finds them: it compares a pushed
 * root with them.
 */
export class OnlineKeys {
  readonly #file: string;
  #text: string | undefined;
  #keys: readonly PublicKey[] | undefined;

  /** @param file HOME/state/online-keys.json */
  constructor(file: string) {
    this.#file = file;
  }

  /** The keys as last known; undefined when the signer never answered. */
  get known(): readonly PublicKey[] | undefined {
    return this.#keys;
  }

  /** Reads what an earlier run left. @throws `home.configuration` when the file is damaged */
  async load(): Promise<void> {
    try {
      const text = await readFile(this.#file, 'utf8');
      this.#keys = (JSON.parse(text) as KeyJson[]).map((json) => parseKey(json));
      this.#text = text;
    } catch (cause) {
      if (hasCode(cause, 'ENOENT')) return;
      throw fault('home.configuration', this.#file, 'these are no public keys', {
        hint: 'take the file away: it is written anew',
        cause,
      });
    }
  }

  /** @throws `home.not-writable` */
  async update(keys: readonly PublicKey[]): Promise<void> {
    this.#keys = keys;
    const text = `${JSON.stringify(
      keys.map(({ json }) => json),
      null,
      2,
    )}\n`;
    if (text === this.#text) return;
    await replaceDurably(this.#file, text);
    this.#text = text;
  }
}

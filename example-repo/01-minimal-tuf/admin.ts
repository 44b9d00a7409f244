/** The admin of milestone 1: a folder, the keys, and one more version of everything at each release. */
import type { Content } from '../kit/content.ts';
import { makeKeys, publish, writeRoot, type Keys } from './make-repository.ts';

export class Admin {
  readonly folder: string;
  /** Root is not theirs; it is here for the one who misuses it. */
  readonly keys: Keys;
  #content: Content = new Map();
  #version = 0;

  constructor(folder: string, keys = makeKeys()) {
    this.folder = folder;
    this.keys = keys;
  }

  /** What the next release will have, unless it brings or removes something. */
  get content(): Content {
    return this.#content;
  }

  writeRoot(): Promise<string> {
    return writeRoot(this.folder, this.keys);
  }

  /** @param keys other ones, where root has given everything away */
  release(more: Content, keys = this.keys): Promise<void> {
    return this.begin(more, keys)();
  }

  remove(targets: readonly string[]): Promise<void> {
    return this.begin(new Map(), this.keys, targets)();
  }

  /** Looks at what there is now; what it returns signs one more version of that, whatever comes between. */
  begin(more: Content, keys = this.keys, gone: readonly string[] = []): () => Promise<void> {
    const version = this.#version + 1;
    const content = new Map([...this.#content, ...more]);
    for (const target of gone) content.delete(target);
    return async () => {
      await publish(this.folder, keys, version, content);
      [this.#version, this.#content] = [version, content];
    };
  }
}

import { createHash, type Hash } from 'node:crypto';
import { fault } from '../error/error.ts';

/** What signed metadata says of another file's bytes: TUF 1.0.34 §4.4 to §4.6, either may be absent. */
export interface ContentMeta {
  /** In bytes. */
  readonly length?: number | undefined;
  /** Algorithm name to digest in hex. */
  readonly hashes?: Readonly<Record<string, string>> | undefined;
}

const knownAlgorithms = ['sha256', 'sha384', 'sha512'];

/** Digests of one file for every algorithm that its metadata names and that is known here. */
export class ContentDigest {
  readonly #running: readonly { readonly expected: string; readonly hash: Hash }[];

  /** @throws `metadata.hash` when hashes are named but none is of a known algorithm */
  constructor(hashes: Readonly<Record<string, string>>, where: string) {
    this.#running = Object.entries(hashes)
      .filter(([algorithm]) => knownAlgorithms.includes(algorithm))
      .map(([algorithm, hex]) => ({
        expected: hex.toLowerCase(),
        hash: createHash(algorithm),
      }));
    if (this.#running.length === 0) {
      throw fault('metadata.hash', where, 'its metadata names no hash that is known here', {
        hint: `known are ${knownAlgorithms.join(', ')}`,
      });
    }
  }

  update(chunk: Uint8Array): void {
    for (const { hash } of this.#running) hash.update(chunk);
  }

  /** True when every known digest is the expected one. Ends the digest: call it once. */
  matches(): boolean {
    return this.#running.every(({ expected, hash }) => hash.digest('hex') === expected);
  }
}

/**
 * Compares a metadata file with what the metadata above it says.
 * @throws `metadata.length`, `metadata.hash`
 */
export function checkContent(bytes: Uint8Array, meta: ContentMeta, where: string): void {
  if (meta.length !== undefined && meta.length !== bytes.length) {
    const sizes = `${bytes.length} bytes where ${meta.length} are signed for`;
    throw fault('metadata.length', where, `it has ${sizes}`);
  }
  if (meta.hashes === undefined) return;
  const digest = new ContentDigest(meta.hashes, where);
  digest.update(bytes);
  if (!digest.matches()) throw fault('metadata.hash', where, 'it is not the file signed for');
}

import path from 'node:path';
import { z } from 'zod';
import { fault, TufOnGitError } from '../../core/error/error.ts';
import { readJsonFile, writeJsonFile } from '../../core/home/json-file.ts';
import { findingSchema, outgoing } from './protocol.ts';
import { secretNames } from './secret-names.ts';
import { secretStamp } from './secret-stamp.ts';

const refusalsSchema = z.strictObject({
  format: z.literal(2),
  /** By the name of the secret (secret-names.ts). */
  refused: z.record(
    z.string(),
    z.strictObject({ error: findingSchema, /** secret-stamp.ts */ stamp: z.string() }),
  ),
});

type Refused = z.infer<typeof refusalsSchema>['refused'];

/**
 * PINs and passphrases that were refused, and what the operator has to change for another try. They
 * are kept in `HOME/signer/refused.json`: no restart of the daemon may send a wrong PIN once more,
 * since a few of them lock a token for good. A secret that several roles share is refused for all.
 */
export class Refusals {
  readonly #folder: string;
  #refused: Refused | undefined;

  /** @param folder `HOME/signer` */
  constructor(folder: string) {
    this.#folder = folder;
  }

  /**
   * The refusal that still stands for a secret of these keys.
   * @param keys a delegated role, or '' for snapshot and timestamp
   */
  async of(keys: string): Promise<TufOnGitError | undefined> {
    this.#refused ??= await this.#read();
    if (Object.keys(this.#refused).length === 0) return undefined;
    const standing = withStamp(this.#refused, await secretStamp(this.#folder));
    if (Object.keys(standing).length < Object.keys(this.#refused).length) {
      await this.#write(standing);
    }
    const names = await secretNames(this.#folder, keys);
    const refusal = names.map((name) => standing[name]).find((found) => found !== undefined);
    return refusal === undefined ? undefined : new TufOnGitError(refusal.error);
  }

  /** @param stamp of the secret, as it was when it was sent @returns the error, with the way out */
  async remember(keys: string, error: TufOnGitError, stamp: string): Promise<TufOnGitError> {
    const known = withWayOut(error);
    const refusal = { error: outgoing(known), stamp };
    const names = await secretNames(this.#folder, keys);
    const added = Object.fromEntries(names.map((name) => [name, refusal]));
    await this.#write({ ...this.#refused, ...added });
    return known;
  }

  /** A file of another format, or a broken one, counts as empty: it must not stop the signer. */
  async #read(): Promise<Refused> {
    try {
      return (await readJsonFile(this.#file, refusalsSchema)).refused;
    } catch (error) {
      if (error instanceof TufOnGitError) return {};
      throw error;
    }
  }

  /** What cannot be written is remembered as long as the daemon lives. */
  async #write(refused: Refused): Promise<void> {
    this.#refused = refused;
    await writeJsonFile(this.#file, { format: 2, refused }, 0o600);
  }

  get #file(): string {
    return path.join(this.#folder, 'refused.json');
  }
}

function withWayOut({ code, where, message, hint, cause }: TufOnGitError): TufOnGitError {
  const wayOut = 'when it is right, touch its file or settings.json of HOME/signer';
  return fault(code, where, message, {
    hint: hint === undefined ? wayOut : `${hint}; ${wayOut}`,
    cause,
  });
}

function withStamp(refused: Refused, stamp: string): Refused {
  return Object.fromEntries(Object.entries(refused).filter(([, known]) => known.stamp === stamp));
}

import path from 'node:path';
import { z } from 'zod';
import { fault, TufOnGitError } from '../../core/error/error.ts';
import { readJsonFile, writeJsonFile } from '../../core/home/json-file.ts';
import { findingSchema, outgoing } from './protocol.ts';
import { secretStamp } from './secret-stamp.ts';

const refusalsSchema = z.strictObject({
  format: z.literal(1),
  /** By delegated role; under '' that of the keys of snapshot and timestamp. */
  refused: z.record(
    z.string(),
    z.strictObject({ error: findingSchema, /** secret-stamp.ts */ stamp: z.string() }),
  ),
});

type Refused = z.infer<typeof refusalsSchema>['refused'];

/**
 * PINs and passphrases that were refused, and what the operator has to change for another try. They
 * are kept in `HOME/signer/refused.json`: no restart of the daemon may send a wrong PIN once more,
 * since a few of them lock a token for good.
 */
export class Refusals {
  readonly #folder: string;
  #refused: Refused | undefined;

  /** @param folder `HOME/signer` */
  constructor(folder: string) {
    this.#folder = folder;
  }

  /** The refusal that still stands for these keys. @throws `home.configuration` */
  async of(keys: string): Promise<TufOnGitError | undefined> {
    this.#refused ??= await this.#read();
    const refusal = this.#refused[keys];
    if (refusal === undefined) return undefined;
    if (refusal.stamp === (await secretStamp(this.#folder))) {
      return new TufOnGitError(refusal.error);
    }
    await this.#write(without(this.#refused, keys));
    return undefined;
  }

  /** @param stamp of the secret, as it was when it was sent @returns the error, with the way out */
  async remember(keys: string, error: TufOnGitError, stamp: string): Promise<TufOnGitError> {
    const known = withWayOut(error);
    await this.#write({ ...this.#refused, [keys]: { error: outgoing(known), stamp } });
    return known;
  }

  async #read(): Promise<Refused> {
    try {
      return (await readJsonFile(this.#file, refusalsSchema)).refused;
    } catch (error) {
      if (error instanceof TufOnGitError && error.code === 'home.missing') return {};
      throw error;
    }
  }

  /** What cannot be written is remembered as long as the daemon lives. */
  async #write(refused: Refused): Promise<void> {
    this.#refused = refused;
    await writeJsonFile(this.#file, { format: 1, refused }, 0o600);
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

function without(refused: Refused, keys: string): Refused {
  return Object.fromEntries(Object.entries(refused).filter(([name]) => name !== keys));
}

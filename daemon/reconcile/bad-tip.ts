/**
 * A `main` that came past the hook does not keep the last good generation from being renewed, but not
 * for ever: whoever wrote there may also keep its owners from releasing anything. A day after it was
 * first seen renewal needs the operator's word (`tuf-on-git repair HOME --renew`), each for a day.
 */
import { rm } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import { fault, TufOnGitError } from '../../core/error/error.ts';
import { readJsonFile, writeJsonFile } from '../../core/home/json-file.ts';
import { mainRef } from '../../core/rules/ref-rules.ts';

const dayMs = 24 * 3_600_000;

const schema = z.strictObject({
  format: z.literal(1),
  /** When `main` was first seen to be bad. */
  since: z.iso.datetime(),
  /** Until when the last good generation is renewed. */
  renewedUntil: z.iso.datetime(),
});
type BadTipFile = z.infer<typeof schema>;

/** Since when `main` is bad, kept in HOME/state: a daemon that starts anew does not begin to count. */
export class BadTip {
  readonly #folder: string;
  /** False while there is surely no file. */
  #mayBeThere = true;

  /** @param folder HOME/state */
  constructor(folder: string) {
    this.#folder = folder;
  }

  /** `main` is good: whatever was, is over. */
  async forget(): Promise<void> {
    if (!this.#mayBeThere) return;
    await rm(fileIn(this.#folder), { force: true });
    this.#mayBeThere = false;
  }

  /**
   * `main` is bad: may the last good generation be renewed?
   * @throws `publish.bad-tip` when that takes the operator's word
   */
  async requireWord(now: Date): Promise<void> {
    this.#mayBeThere = true;
    const { since, renewedUntil } = (await read(this.#folder)) ?? (await begin(this.#folder, now));
    if (now.getTime() < Date.parse(renewedUntil)) return;
    throw fault(
      'publish.bad-tip',
      mainRef,
      `it is bad since ${since}: nothing is renewed any more`,
      {
        hint: 'move it back: tuf-on-git repair HOME; or let renewal go on for a day: tuf-on-git repair HOME --renew',
      },
    );
  }
}

/**
 * The operator's word.
 * @returns until when the last good generation is renewed; undefined when `main` is not bad
 */
export async function renewForADay(folder: string, now: Date): Promise<Date | undefined> {
  const before = await read(folder);
  if (before === undefined) return undefined;
  const until = new Date(now.getTime() + dayMs);
  await writeJsonFile(fileIn(folder), { ...before, renewedUntil: until.toISOString() });
  return until;
}

async function begin(folder: string, now: Date): Promise<BadTipFile> {
  const renewedUntil = new Date(now.getTime() + dayMs).toISOString();
  const file: BadTipFile = { format: 1, since: now.toISOString(), renewedUntil };
  await writeJsonFile(fileIn(folder), file);
  return file;
}

async function read(folder: string): Promise<BadTipFile | undefined> {
  try {
    return await readJsonFile(fileIn(folder), schema);
  } catch (error) {
    if (error instanceof TufOnGitError && error.code === 'home.missing') return undefined;
    throw error;
  }
}

function fileIn(folder: string): string {
  return path.join(folder, 'bad-tip.json');
}

/**
 * Since when public files belong to no generation that clients can still be at: a log of lines in
 * HOME/state. It may be lost: what nobody tells the age of is then taken to be new, and stays longer.
 */
import { appendFile, readFile } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import { hasCode } from '../../core/error/system-error.ts';
import { notWritable, replaceWhole } from '../../core/files/durable-file.ts';

const line = z.strictObject({ name: z.string(), since: z.iso.datetime() });

export class OutdatedFiles {
  readonly #file: string;
  readonly #since: Map<string, Date>;

  /** True when there was no log: what is outdated has to be found out. */
  readonly isNew: boolean;

  private constructor(file: string, since: Map<string, Date>, isNew: boolean) {
    this.isNew = isNew;
    this.#file = file;
    this.#since = since;
  }

  /** @param folder HOME/state */
  static async open(folder: string): Promise<OutdatedFiles> {
    const file = path.join(folder, 'outdated.log');
    const since = new Map<string, Date>();
    const log = await readIfThere(file);
    for (const text of (log ?? '').split('\n')) {
      const entry = parsed(text);
      if (entry !== undefined) since.set(entry.name, new Date(entry.since));
    }
    return new OutdatedFiles(file, since, log === undefined);
  }

  /** Those that are outdated since then or longer. */
  olderThan(time: Date, isWanted: (name: string) => boolean): readonly string[] {
    const names: string[] = [];
    for (const [name, since] of this.#since) if (since <= time && isWanted(name)) names.push(name);
    return names;
  }

  /** What was outdated before, and came back meanwhile, begins anew. @throws `home.not-writable` */
  async note(names: Iterable<string>, since: Date): Promise<void> {
    const lines: string[] = [];
    for (const name of names) {
      this.#since.set(name, since);
      lines.push(`${JSON.stringify({ name, since: since.toISOString() })}\n`);
    }
    try {
      await appendFile(this.#file, lines.join(''));
    } catch (cause) {
      throw notWritable(this.#file, cause);
    }
  }

  /** @throws `home.not-writable` */
  async forget(names: Iterable<string>): Promise<void> {
    for (const name of names) this.#since.delete(name);
    const lines = Array.from(this.#since, ([name, since]) =>
      JSON.stringify({ name, since: since.toISOString() }),
    );
    await replaceWhole(this.#file, lines.map((text) => `${text}\n`).join(''));
  }
}

async function readIfThere(file: string): Promise<string | undefined> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return undefined;
    throw error;
  }
}

/** A crash leaves half a line at the end. */
function parsed(text: string): z.infer<typeof line> | undefined {
  try {
    return line.parse(JSON.parse(text));
  } catch (error) {
    if (error instanceof SyntaxError || error instanceof z.ZodError) return undefined;
    throw error;
  }
}

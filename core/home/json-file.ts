import { readFile } from 'node:fs/promises';
import type { z } from 'zod';
import { replaceDurably } from '../files/durable-file.ts';
import { fault } from '../error/error.ts';
import { hasCode } from '../error/system-error.ts';

/**
 * Reads a JSON file of settings: validated, frozen, unknown names refused by the schema.
 * @throws `home.missing` when there is no such file, `home.configuration` when it does not fit
 */
export async function readJsonFile<T>(file: string, schema: z.ZodType<T>): Promise<T> {
  return parseJsonText(await readText(file), schema, file);
}

/** As `readJsonFile`, of text that is already at hand; `where` names it in errors. */
export function parseJsonText<T>(text: string, schema: z.ZodType<T>, where: string): T {
  const parsed = schema.safeParse(parse(text, where));
  if (parsed.success) return deepFreeze(parsed.data);
  const issue = parsed.error.issues[0];
  const at = issue === undefined || issue.path.length === 0 ? '' : `${issue.path.join('.')}: `;
  throw fault('home.configuration', where, `${at}${issue?.message ?? 'does not fit'}`, {
    cause: parsed.error,
  });
}

/** Writes a JSON file whole or not at all: temporary file, fsync, rename. */
export async function writeJsonFile(file: string, value: unknown, mode = 0o644): Promise<void> {
  await replaceDurably(file, `${JSON.stringify(value, null, 2)}\n`, mode);
}

async function readText(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (cause) {
    const isAbsent = hasCode(cause, 'ENOENT');
    throw isAbsent
      ? fault('home.missing', file, 'there is no such file', { cause })
      : fault('home.configuration', file, 'the file cannot be read', { cause });
  }
}

function parse(text: string, where: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch (cause) {
    throw fault('home.configuration', where, 'the file is not JSON', { cause });
  }
}

function deepFreeze<T>(value: T): T {
  if (typeof value === 'object' && value !== null && !Object.isFrozen(value)) {
    Object.freeze(value);
    Object.values(value).forEach(deepFreeze);
  }
  return value;
}

/**
 * The folder that is carried to a machine without a network, and back:
 *
 *     README.txt         the change in words, and what to do
 *     export.json        the same for programs: what is to be signed, by which keys
 *     payloads/…         the exact bytes that signatures are over, for any other tool
 *     before/metadata/…  as `main` has it; nothing where a repository is yet to be made
 *     after/metadata/…   as the change has it: here signatures are added
 *
 * Of these, the metadata and the event's name are read again. Nothing is believed: the metadata is
 * verified from a root that the reader knows, and the words are made anew from it.
 */
import { mkdir, readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import { replaceDurably } from '../../core/files/durable-file.ts';
import { fault } from '../../core/error/error.ts';
import { hasCode } from '../../core/error/system-error.ts';
import { readTreeFile, writeTreeFile } from '../workspace/tree-files.ts';

/** Files of `metadata/` by their paths in the source tree. */
export type MetadataFiles = ReadonlyMap<string, Uint8Array>;

export interface Carried {
  /** The signing event that signatures go to; undefined: to the drafts of a workspace, or to `init`. */
  readonly event: string | undefined;
  readonly before: MetadataFiles;
  readonly after: MetadataFiles;
}

const format = 1;
const exportFile = 'export.json';
const exportSchema = z.object({ format: z.literal(format), event: z.string().optional() });

/**
 * @param about further fields of `export.json`
 * @param extras further files, by name
 * @throws `usage.argument` when something is there already
 */
export async function writeCarried(
  folder: string,
  { event, before, after }: Carried,
  about: Readonly<Record<string, unknown>>,
  extras: ReadonlyMap<string, Uint8Array>,
): Promise<void> {
  await makeEmptyFolder(folder);
  for (const [side, files] of Object.entries({ before, after })) {
    for (const [file, bytes] of files) await writeTreeFile(folder, `${side}/${file}`, bytes);
  }
  for (const [file, bytes] of extras) await writeTreeFile(folder, file, bytes);
  const json = { format, event, ...about };
  // Last: without it, what was cut short is no exported folder.
  await replaceDurably(path.join(folder, exportFile), `${JSON.stringify(json, null, 2)}\n`);
}

/** @throws `usage.argument` for a folder that `writeCarried` has not written; `path.form` */
export async function readCarried(folder: string): Promise<Carried> {
  const { event } = await readExport(folder);
  const [before, after] = [await metadataIn(folder, 'before'), await metadataIn(folder, 'after')];
  return { event, before, after };
}

/** Puts signed metadata in the place of what was there. */
export async function writeAfter(folder: string, files: MetadataFiles): Promise<void> {
  for (const [file, bytes] of files) await writeTreeFile(folder, `after/${file}`, bytes);
}

async function makeEmptyFolder(folder: string): Promise<void> {
  try {
    await mkdir(folder);
  } catch (cause) {
    if (hasCode(cause, 'EEXIST') && (await isEmptyFolder(folder))) return;
    const message = hasCode(cause, 'EEXIST')
      ? 'there is something here already, which is kept'
      : 'the folder cannot be made';
    throw fault('usage.argument', folder, message, { cause, hint: 'name a new folder' });
  }
}

async function isEmptyFolder(folder: string): Promise<boolean> {
  const names = await readdir(folder).catch(() => [folder]);
  return names.length === 0;
}

async function readExport(folder: string): Promise<z.infer<typeof exportSchema>> {
  try {
    const text = await readFile(path.join(folder, exportFile), 'utf8');
    return exportSchema.parse(JSON.parse(text));
  } catch (cause) {
    const message = 'this is no folder that --export has written';
    throw fault('usage.argument', folder, message, { cause });
  }
}

async function metadataIn(folder: string, side: 'before' | 'after'): Promise<MetadataFiles> {
  const top = path.join(folder, side);
  const files = new Map<string, Uint8Array>();
  for (const file of await filesBelow(top, 'metadata')) {
    const bytes = await readTreeFile(top, file);
    if (bytes !== undefined) files.set(file, bytes);
  }
  return files;
}

async function filesBelow(top: string, folder: string): Promise<readonly string[]> {
  const entries = await readdir(path.join(top, folder), { withFileTypes: true }).catch(
    (error: unknown) => {
      if (hasCode(error, 'ENOENT')) return [];
      throw error;
    },
  );
  const found: string[] = [];
  for (const entry of entries) {
    const file = `${folder}/${entry.name}`;
    found.push(...(entry.isDirectory() ? await filesBelow(top, file) : [file]));
  }
  return found;
}

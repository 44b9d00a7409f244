import { access, readFile } from 'node:fs/promises';
import { fault } from '../error/error.ts';
import { parseDocument, type Document } from '../metadata/document.ts';
import { configSchema, homeFormat, type Config } from './config.ts';
import { readJsonFile } from './json-file.ts';
import { homePaths, type HomePaths } from './layout.ts';

/** A HOME that exists and fits this version: parsed once, frozen. */
export interface Home {
  readonly paths: HomePaths;
  readonly config: Config;
}

/**
 * @throws `home.missing` where there is none, `home.format` when another version made it,
 *   `home.configuration` for settings that do not fit
 */
export async function openHome(directory: string): Promise<Home> {
  const paths = homePaths(directory);
  await refuseMissing(paths);
  await refuseOtherFormat(paths);
  return Object.freeze({ paths, config: await readJsonFile(paths.config, configSchema) });
}

/** The root that the operator pinned at `init`: where all trust in this HOME starts. */
export async function readPinnedRoot(file: string): Promise<Document<'root'>> {
  try {
    return parseDocument('root', await readFile(file), file);
  } catch (cause) {
    if (!(cause instanceof Error && 'errno' in cause)) throw cause;
    throw fault('home.missing', file, 'the pinned root cannot be read', { cause });
  }
}

async function refuseMissing(paths: HomePaths): Promise<void> {
  try {
    await access(paths.config);
  } catch (cause) {
    throw fault('home.missing', paths.home, 'there is no HOME here', {
      hint: `make one with: tuf-on-git init ${paths.home}`,
      cause,
    });
  }
}

async function refuseOtherFormat(paths: HomePaths): Promise<void> {
  const { format } = await readJsonFile(paths.config, configSchema.pick({ format: true }).loose());
  if (format === homeFormat) return;
  const which = format > homeFormat ? 'a newer' : 'an older';
  const way = format > homeFormat ? '' : '; make a backup, then: tuf-on-git serve HOME --upgrade';
  throw fault('home.format', paths.config, `format ${format} is of ${which} tuf-on-git`, {
    hint: `this version reads format ${homeFormat}${way}`,
  });
}

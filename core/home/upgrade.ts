import { z } from 'zod';
import { fault } from '../error/error.ts';
import { homeFormat } from './config.ts';
import { readJsonFile, writeJsonFile } from './json-file.ts';
import { homePaths, type HomePaths } from './layout.ts';

/** Brings a HOME of one format to the next; what it does twice must do no harm. */
export type UpgradeStep = (paths: HomePaths) => Promise<void>;

/** By the format that a step begins with. There has been one format so far. */
const upgradeSteps: ReadonlyMap<number, UpgradeStep> = new Map();

/**
 * Brings an older HOME to the format of this version, one step after the other. The number is written
 * after each, so an upgrade that was cut off goes on where it was.
 * @returns the format that it had
 * @throws `home.missing`, `home.format` when it is a newer one, or no step leads from it
 */
export async function upgradeHome(
  directory: string,
  steps: ReadonlyMap<number, UpgradeStep> = upgradeSteps,
  wanted: number = homeFormat,
): Promise<number> {
  const paths = homePaths(directory);
  const config = await readJsonFile(paths.config, z.looseObject({ format: z.int() }));
  if (config.format > wanted) {
    throw noWay(paths, `format ${config.format} is of a newer tuf-on-git`);
  }
  for (let format = config.format; format < wanted; format += 1) {
    const step = steps.get(format);
    if (step === undefined) throw noWay(paths, `no upgrade leads on from format ${format}`);
    await step(paths);
    const now = await readJsonFile(paths.config, z.looseObject({}));
    await writeJsonFile(paths.config, { ...now, format: format + 1 });
  }
  return config.format;
}

function noWay({ config }: HomePaths, message: string) {
  return fault('home.format', config, message, {
    hint: 'use the version of tuf-on-git that made it, or a newer one',
  });
}

/** What somebody wants to be published: kept as such, whatever the repository is at meanwhile. */
import path from 'node:path';
import { fault } from '../../core/error/error.ts';
import type { FileDescription } from '../../core/metadata/draft.ts';
import { describeFile } from '../workspace/target-file.ts';

/** A file at hand, and the target path that it shall have. */
export interface Wish extends FileDescription {
  readonly target: string;
  /** Absolute path. */
  readonly source: string;
}

/**
 * Each file below the prefix, under its own name.
 * @throws `usage.argument` for what is no plain file, and for two files of one name
 */
export async function readWishes(
  files: readonly string[],
  prefix: string,
  cwd: string,
): Promise<readonly Wish[]> {
  const folder = prefix.replace(/\/+$/, '');
  if (folder === '') {
    throw fault('usage.argument', '--to', 'it is empty; name PROJECT/PRODUCT/VERSION');
  }
  const wishes = new Map<string, Wish>();
  for (const file of files) {
    const source = path.resolve(cwd, file);
    const target = `${folder}/${path.basename(source)}`;
    const other = wishes.get(target);
    if (other !== undefined && other.source !== source) {
      throw fault('usage.argument', file, `${other.source} has the same name`);
    }
    wishes.set(target, { target, source, ...(await describeFile(source)) });
  }
  return [...wishes.values()];
}

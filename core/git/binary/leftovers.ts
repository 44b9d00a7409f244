import { lstat, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { hasCode } from '../../error/system-error.ts';
import { gitRepository } from './bare-repository.ts';

/** What a killed git leaves behind: a quarantine of pushed objects, or a lock that blocks a ref. */
export interface Leftover {
  readonly path: string;
  readonly kind: 'quarantine' | 'lock';
  /** When anything in it was last written. */
  readonly since: Date;
}

export interface Age {
  readonly now: Date;
  /** Long enough for the slowest push: git holds a quarantine while a hook runs. */
  readonly olderThanMs: number;
}

export async function findLeftovers(dir: string, age: Age): Promise<Leftover[]> {
  const root = gitRepository(dir).dir;
  const found = [...(await quarantines(root)), ...(await locks(root))];
  const aged = await Promise.all(found.map(withTime));
  return aged.filter(({ since }) => age.now.getTime() - since.getTime() > age.olderThanMs);
}

/** Removes them; nothing that git uses refers to either. Returns what was removed. */
export async function pruneLeftovers(dir: string, age: Age): Promise<Leftover[]> {
  const found = await findLeftovers(dir, age);
  for (const { path } of found) await rm(path, { recursive: true, force: true });
  return found;
}

type Found = Omit<Leftover, 'since'>;

async function quarantines(root: string): Promise<Found[]> {
  const objects = join(root, 'objects');
  const names = (await readdir(objects)).filter((name) => /^(tmp_objdir-)?incoming-/.test(name));
  return names.map((name) => ({ path: join(objects, name), kind: 'quarantine' }));
}

async function locks(root: string): Promise<Found[]> {
  const top = (await readdir(root)).map((name) => join(root, name));
  const refs = (await readdir(join(root, 'refs'), { recursive: true })).map((name) =>
    join(root, 'refs', name),
  );
  return [...top, ...refs]
    .filter((path) => path.endsWith('.lock'))
    .map((path) => ({ path, kind: 'lock' }));
}

async function withTime({ path, kind }: Found): Promise<Leftover> {
  const inside = kind === 'quarantine' ? await readdir(path, { recursive: true }) : [];
  const times = await Promise.all([path, ...inside.map((name) => join(path, name))].map(written));
  return { path, kind, since: new Date(Math.max(...times)) };
}

/** A push may end while we look: what is gone is as young as can be, and so is left alone. */
async function written(path: string): Promise<number> {
  try {
    return (await lstat(path)).mtimeMs;
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return Infinity;
    throw error;
  }
}

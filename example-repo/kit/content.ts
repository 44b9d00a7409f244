/** What the repositories of all milestones offer: the files of the baseline, which is where it began. */
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { top } from './tuf-on-git.ts';

export const baselineFolder = path.join(top, 'example-repo/00-baseline/repository');

/** Target path (`project/product/version/artifact`) to content. */
export type Content = ReadonlyMap<string, Buffer>;

/** The releases before the newest, and all of them. */
export interface Releases {
  readonly before: Content;
  readonly all: Content;
}

/** The two versions of the script that the attackers are after. */
export const newest = 'lighthouse/lighthouse/1.1.0/lighthouse-1.1.0.sh';
export const older = 'lighthouse/lighthouse/1.0.0/lighthouse-1.0.0.sh';

export async function readReleases(): Promise<Releases> {
  const projects = await readdir(baselineFolder);
  const all = new Map((await Promise.all(projects.map(readProject))).flat());
  const before = new Map([...all].filter(([target]) => !target.includes('/1.1.0/')));
  return { before, all };
}

/** Where a repository with consistent snapshots has a target (TUF 1.0.34 §6.2), under `targets/`. */
export function hashedName(target: string, sha256: string): string {
  const { dir, base } = path.posix.parse(target);
  return `${dir}/${sha256}.${base}`;
}

/** What index.json of a project holds: products, their versions, and the file of each. */
export type Index = Record<string, Record<string, string>>;

async function readProject(project: string): Promise<[string, Buffer][]> {
  const folder = path.join(baselineFolder, project);
  const index = JSON.parse(await readFile(path.join(folder, 'index.json'), 'utf8')) as Index;
  const named = Object.entries(index).flatMap(([product, versions]) =>
    Object.entries(versions).map(([version, file]) => ({ product, version, file })),
  );
  return Promise.all(
    named.map(async ({ product, version, file }): Promise<[string, Buffer]> => [
      `${project}/${product}/${version}/${file}`,
      await readFile(path.join(folder, file)),
    ]),
  );
}

/** Somebody who releases with the upload tool, and whose signature alone is enough. */
import path from 'node:path';
import type { Source } from './downloader.ts';
import type { Holder } from './holder.ts';
import type { Person } from './person.ts';
import type { Releaser } from './uploads-scene.ts';

export interface Maintainer {
  readonly holder: Holder;
  /** Key URI. */
  readonly key: string;
  /** The role that they sign. */
  readonly role: string;
  /** A project whose targets it lists. */
  readonly project: string;
}

/** A verified clone, made with no git installed. @param server its console, or what stands before it */
export async function workspace(
  { root }: Source,
  { holder: { person, tokenFile }, key }: Pick<Maintainer, 'holder' | 'key'>,
  server: string,
): Promise<Person> {
  const name = `work-${new URL(server).port}`;
  const options = ['--root', root, '--key', key, '--token-file', tokenFile];
  await person.tuf('clone', server, name, ...options);
  return person.in(name);
}

/** Releases in one step; the name of the file is that of the artifact. */
export function byTool(work: Person): Releaser {
  return (target, file) => work.tryTuf('upload', file, '--to', path.posix.dirname(target), '--yes');
}

import path from 'node:path';
import type { Holder } from '../kit/holder.ts';
import type { Person } from '../kit/person.ts';
import type { Releaser, UploadsScene } from '../kit/uploads-scene.ts';

/** A verified clone, made with no git installed. @param server its console, or what stands before it */
export async function workspace(
  { ceremony, source }: UploadsScene,
  { person, tokenFile }: Holder,
  server: string,
): Promise<Person> {
  const name = `work-${new URL(server).port}`;
  const options = ['--root', source.root, '--key', ceremony.targetsKey.uri];
  await person.tuf('clone', server, name, ...options, '--token-file', tokenFile);
  return person.in(name);
}

/** Releases in one step; the name of the file is that of the artifact. */
export function byTool(work: Person): Releaser {
  return (target, file) => work.tryTuf('upload', file, '--to', path.posix.dirname(target), '--yes');
}

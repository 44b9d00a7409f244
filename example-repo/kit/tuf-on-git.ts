import path from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Person } from './person.ts';

/** The top folder of the project. */
export const top = fileURLToPath(new URL('../..', import.meta.url));

/** The built program: stories use the project by its commands alone, as everybody does. */
export const tufOnGit = path.join(top, 'dist/bin/tuf-on-git.cjs');

/** A command as somebody can type it in another terminal, in the place of a person of the story. */
export function hintAt(person: Person, ...args: readonly string[]): string {
  const variables = `TUF_ON_GIT_DATA=${person.env['TUF_ON_GIT_DATA'] ?? ''}`;
  return `${variables} node ${path.relative(process.cwd(), tufOnGit)} ${args.join(' ')}`;
}

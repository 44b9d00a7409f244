/** Somebody who may send to the server, by a token that its operator gave them. */
import { writeFile } from 'node:fs/promises';
import type { ApiUser } from './api.ts';
import { writeSecret } from './file-key.ts';
import type { Person } from './person.ts';
import type { Server } from './server.ts';

export interface Holder extends ApiUser {
  readonly person: Person;
  /** File of the token. */
  readonly tokenFile: string;
}

/** @param options of `token add`: what the token is for */
export async function giveToken(
  operator: Person,
  { home, console }: Server,
  person: Person,
  ...options: readonly string[]
): Promise<Holder> {
  const token = (await operator.tuf('token', 'add', home, person.name, ...options)).trim();
  const tokenFile = await writeSecret(person.path('token'), token);
  return { person, console, token, tokenFile };
}

/**
 * Clones with plain git, which gets the token from its store of credentials.
 * @returns them, in it, with git even if they had none
 */
export async function cloneByGit({ person, console, token }: Holder): Promise<Person> {
  const { host } = new URL(console);
  const login = `http://${person.name}:${token}@${host}\n`;
  await writeFile(person.path('.git-credentials'), login, { mode: 0o600 });
  const user = person.with({ PATH: process.env['PATH'] });
  await user.git('config', '--global', 'credential.helper', 'store');
  await user.git('clone', '--quiet', `${console}/repository.git`, 'by-git');
  return user.in('by-git');
}

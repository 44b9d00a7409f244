/** Who stands in a commit or in the log of a ref. */
export interface Person {
  readonly name: string;
  readonly email: string;
}

/** The daemon, where nobody else acts. */
export const tufOnGit: Person = { name: 'tuf-on-git', email: 'tuf-on-git@localhost' };

/** The environment by which git learns of author or committer, and of the time. */
export function identity(
  part: 'AUTHOR' | 'COMMITTER',
  person: Person = tufOnGit,
  time?: Date,
): NodeJS.ProcessEnv {
  return {
    [`GIT_${part}_NAME`]: person.name,
    [`GIT_${part}_EMAIL`]: person.email,
    ...(time === undefined ? {} : { [`GIT_${part}_DATE`]: gitDate(time) }),
  };
}

function gitDate(time: Date): string {
  return `@${Math.floor(time.getTime() / 1000)} +0000`;
}

import type { CommitWords } from './workspace.ts';

/** Author and committer as isomorphic-git takes them; the clocks of maintainers count in UTC. */
export function authorship({
  author,
  time = new Date(),
}: CommitWords): Record<
  'author' | 'committer',
  { name: string; email: string; timestamp: number; timezoneOffset: number }
> {
  const timestamp = Math.floor(time.getTime() / 1000);
  const person = { name: author.name, email: author.email, timestamp, timezoneOffset: 0 };
  return { author: person, committer: person };
}

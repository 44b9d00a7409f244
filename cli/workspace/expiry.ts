import type { LoadedRepository } from '../../core/rules/repository.ts';

const dayMs = 86_400_000;
const soonDays = 14;

/** A line for root and for each role that has expired or soon will: clients refuse what expired. */
export function expiryWarnings({ root, roles }: LoadedRepository, now: Date): readonly string[] {
  const all = [...roles.values()].map(({ name, document }) => ({ name, signed: document.signed }));
  return [{ name: 'root', signed: root.signed }, ...all].flatMap(({ name, signed }) => {
    const days = Math.floor((Date.parse(signed.expires) - now.getTime()) / dayMs);
    if (days > soonDays) return [];
    return [days < 0 ? `${name} expired ${signed.expires}` : `${name} expires in ${days} days`];
  });
}

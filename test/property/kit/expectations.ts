import { createHash } from 'node:crypto';
import type { Outcome } from './clients/follower.ts';
import { isDeepStrictEqual } from 'node:util';
import type { JsonObject } from '../../../core/metadata/json.ts';
import type { RuleFinding } from '../../../core/rules/verdict.ts';
import type { PublishedSet } from './published-set.ts';
import { entriesOf, findingRole, type Matcher } from './reference-walk.ts';

/** What is wrong with how a client fared, in words; nothing when it has every target as it should. */
export function faultsOf(
  client: string,
  outcomes: readonly Outcome[],
  expected: PublishedSet['targets'],
): readonly string[] {
  return outcomes.flatMap(({ from, refusal, targets }) => {
    if (refusal !== undefined) return [`${client} from ${from} refuses: ${refusal}`];
    return [...expected].flatMap(([path, content]) => {
      const wanted = content && createHash('sha256').update(content).digest('hex');
      const has = Object.hasOwn(targets, path) ? targets[path] : undefined;
      if (has === (wanted ?? null)) return [];
      return [`${client} from ${from} has of ${path}: ${has ?? 'nothing'}`];
    });
  });
}

type Roles = PublishedSet['roles'];

/**
 * What is wrong with where entries are found: one that is new or changed must be found by every
 * client, and one that was found and no longer is must be named in a notice.
 */
export function hiddenEntries(
  before: Roles,
  after: Roles,
  matchers: readonly Matcher[],
  notices: readonly RuleFinding[],
): readonly string[] {
  return [...after].flatMap(([role, signed]) =>
    Object.entries(entriesOf(signed)).flatMap(([path, entry]) => {
      const isLost = (roles: Roles) =>
        !matchers.every((matcher) => isFound(roles, role, path, matcher));
      if (!isLost(after)) return [];
      if (!isDeepStrictEqual(entryIn(before, role, path), entry)) {
        return [`no client finds the new entry of ${role} for ${path}`];
      }
      const isNamed = notices.some(
        ({ code, where }) => code === 'path.now-shadowed' && where.endsWith(` ${path}`),
      );
      return isLost(before) || isNamed ? [] : [`nobody is told that ${role} lost ${path}`];
    }),
  );
}

function isFound(roles: Roles, role: string, path: string, matcher: Matcher): boolean {
  return findingRole((name) => roles.get(name), path, matcher) === role;
}

function entryIn(roles: Roles, role: string, path: string): JsonObject[string] | undefined {
  const entries = entriesOf(roles.get(role));
  return Object.hasOwn(entries, path) ? entries[path] : undefined;
}

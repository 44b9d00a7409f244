/**
 * Where to look in the delegation graph: an interest is a set of target paths, and its question is
 * whether a delegation may lead to one of them. The answer may be yes too often, never no too often.
 *
 * Paths count as near when they fold to one path or when one is a folder of the other, for two such
 * targets cannot lie side by side (`path.twin`, `path.folder`).
 */
import { createHash } from 'node:crypto';
import { folded } from '../metadata/text-form.ts';
import type { DelegatedRole } from '../metadata/tufjs.ts';
import { once } from './once.ts';

export interface Interest {
  /** True when a role with this delegation may list one of the paths, or one near to it. */
  mayReach(delegation: DelegatedRole): boolean;
}

/** One target path, and whatever is near to it. */
export function interestInPath(path: string): Interest {
  const parts = folded(path).split('/');
  const digest = once(() => createHash('sha256').update(path).digest('hex'));
  return {
    mayReach: ({ paths, pathHashPrefixes = [] }) =>
      paths?.some((pattern) => meets(partsOf(pattern), parts)) ??
      pathHashPrefixes.some((prefix) => digest().startsWith(prefix)),
  };
}

/** All that a delegation covers, by the matcher of any client. */
export function interestInDelegation({ paths, pathHashPrefixes = [] }: DelegatedRole): Interest {
  const zones = paths?.map(literalStart);
  return {
    mayReach: (other) => {
      const theirs = other.paths?.map(literalStart);
      if (zones !== undefined && theirs !== undefined) {
        return zones.some((zone) => theirs.some((their) => isPrefixOfOther(zone, their)));
      }
      if (zones !== undefined || theirs !== undefined) return true;
      const prefixes = other.pathHashPrefixes ?? [];
      return pathHashPrefixes.some((one) => prefixes.some((two) => isPrefixOfOther(one, two)));
    },
  };
}

function isPrefixOfOther(one: string, two: string): boolean {
  return one.startsWith(two) || two.startsWith(one);
}

/** What a pattern begins with before its first `*` or `?`, some clients' `*` crossing `/`. */
function literalStart(pattern: string): string {
  return folded(/^[^*?]*/.exec(pattern)?.[0] ?? '');
}

const split = new Map<string, readonly string[]>();

function partsOf(pattern: string): readonly string[] {
  let parts = split.get(pattern);
  if (parts === undefined) {
    if (split.size > 65_536) split.clear();
    parts = folded(pattern).split('/');
    split.set(pattern, parts);
  }
  return parts;
}

/** Whether what they have in common at the beginning may be the same. */
function meets(pattern: readonly string[], path: readonly string[]): boolean {
  const common = Math.min(pattern.length, path.length);
  for (let index = 0; index < common; index += 1) {
    const part = pattern[index] ?? '';
    if (!/[*?]/.test(part) && part !== path[index]) return false;
  }
  return true;
}

/**
 * Where a client looks for a target, written once more from the specification (TUF 1.0.34 §5.6.7) and
 * from nothing of ours, over plain JSON.
 */
import type { JsonObject } from '../../../core/metadata/json.ts';

/** As metadata has it; only what the walk asks for. */
export interface DelegationJson extends JsonObject {
  name: string;
  keyids: string[];
  threshold: number;
  terminating: boolean;
  paths: string[];
}

export type Matcher = (pattern: string, path: string) => boolean;

/** `*` and `?` stay within a segment: python-tuf, tuf-js, go-tuf, ours. */
export const withinSegments: Matcher = (pattern, path) => matches(pattern, path, '[^/]');

/** They cross it: tough. */
const acrossSegments: Matcher = (pattern, path) => matches(pattern, path, '[^]');

export const everyMatcher: readonly Matcher[] = [withinSegments, acrossSegments];

/** The role that a client finds the target in, when there is one. */
export function findingRole(
  signedOf: (role: string) => JsonObject | undefined,
  path: string,
  matcher: Matcher,
): string | undefined {
  let waiting = ['targets'];
  const visited = new Set<string>();
  while (visited.size <= 32) {
    const role = waiting.pop();
    if (role === undefined) return undefined;
    if (visited.has(role)) continue;
    visited.add(role);
    const signed = signedOf(role);
    if (Object.hasOwn(entriesOf(signed), path)) return role;
    const found = matching(delegationsIn(signed), path, matcher);
    if (found.at(-1)?.terminating === true) waiting = [];
    waiting.push(...found.map(({ name }) => name).reverse());
  }
  return undefined;
}

export function delegationsIn(signed: JsonObject | undefined): readonly DelegationJson[] {
  const delegations = signed?.['delegations'] as { roles?: DelegationJson[] } | undefined;
  return delegations?.roles ?? [];
}

/** What a role lists, by target path. */
export function entriesOf(signed: JsonObject | undefined): JsonObject {
  return (signed?.['targets'] ?? {}) as JsonObject;
}

/** Up to the first that is terminating. */
function matching(all: readonly DelegationJson[], path: string, matcher: Matcher) {
  const found = all.filter(({ paths }) => paths.some((pattern) => matcher(pattern, path)));
  const end = found.findIndex(({ terminating }) => terminating);
  return end === -1 ? found : found.slice(0, end + 1);
}

function matches(pattern: string, path: string, any: string): boolean {
  const parts = Array.from(pattern, (character) => {
    if (character === '*') return `${any}*`;
    return character === '?' ? any : character.replace(/[\\^$.|+()[\]{}]/, '\\$&');
  });
  return new RegExp(`^${parts.join('')}$`, 'u').test(path);
}

/** Patterns of delegations and target paths that fit them, in what each profile allows. */
import type { JsonObject } from '../../../core/metadata/json.ts';
import type { Choices } from './choices.ts';

type Profile = 'packages' | 'strict' | 'files';

const names: Readonly<Record<Profile, readonly string[]>> = {
  packages: ['a', 'b', 'c', 'ab', '@scope', 'x_y', 'v1.0-rc.1', 'n~1', 'p^2', 'q!r', 's,t', 'u+w'],
  strict: ['a', 'b', 'c', 'ab', 'x_y', 'v1.0-rc.1', 'u+w'],
  files: ['a', 'b', 'c', 'ab', 'ä ö', '日本', 'R&D', "it's", '50=half'],
};

export const profiles: readonly Profile[] = ['packages', 'strict', 'files'];

export function profileOf(root: JsonObject | undefined): Profile {
  const policy = root?.['x-tuf-on-git-policy'] as { profile?: Profile } | undefined;
  return policy?.profile ?? 'packages';
}

/** A pattern for a role that `targets` delegates to. */
export function topPattern(profile: Profile, choices: Choices): string {
  const more = Array.from({ length: choices.below(5) }, () => '*');
  return [choices.of(names[profile]), ...more].join('/');
}

/** The same pattern, or one that matches fewer paths. */
export function narrowed(pattern: string, profile: Profile, choices: Choices): string {
  const parts = pattern.split('/');
  const at = parts.findIndex((part) => /[*?]/.test(part));
  const part = parts[at];
  if (part === undefined || choices.oneIn(6)) return pattern;
  const isWild = part === '*' && choices.oneIn(3);
  const narrower = isWild
    ? choices.of(['a*', '*b', '?', '??', 'v?.*'])
    : filled(part, profile, choices);
  return parts.with(at, narrower).join('/');
}

/** A path that the pattern matches. */
export function pathIn(pattern: string, profile: Profile, choices: Choices): string {
  return pattern
    .split('/')
    .map((part) => filled(part, profile, choices))
    .join('/');
}

function filled(part: string, profile: Profile, choices: Choices): string {
  if (part === '*') return choices.of(names[profile]);
  return part.replace(/[*?]/g, () => choices.of(['a', 'b', 'x', '1']));
}

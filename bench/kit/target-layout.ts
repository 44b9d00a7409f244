/** How target paths are shared out among groups of roles: by their names, or by their hashes. */
import { createHash } from 'node:crypto';
import type { JsonObject } from '../../core/metadata/json.ts';

/** Roles are numbered through, group by group. */
export interface Shape {
  readonly groups: number;
  readonly rolesPerGroup: number;
  /** In the whole repository. */
  readonly targets: number;
  readonly by: 'patterns' | 'hash-prefixes';
}

export interface TargetLayout {
  /** What a delegation to a group, or to a role, says of paths. */
  ofGroup(group: number): JsonObject;
  ofRole(role: number): JsonObject;
  /** The target paths to begin with, by role. */
  start(): string[][];
  /** A further path for a role. */
  next(role: number, count: number): string;
}

export function targetLayout(shape: Shape): TargetLayout {
  return shape.by === 'patterns' ? byPatterns(shape) : byHashPrefixes(shape);
}

function byPatterns({ groups, rolesPerGroup, targets }: Shape): TargetLayout {
  const names = (role: number) => [
    `g${Math.floor(role / rolesPerGroup)}`,
    `r${role % rolesPerGroup}`,
  ];
  const folder = (role: number) => names(role).join('/');
  const roles = groups * rolesPerGroup;
  const next = (role: number, count: number) =>
    `${folder(role)}/1.${count}/${names(role).join('-')}-1.${count}.tgz`;
  return {
    ofGroup: (group) => ({ paths: [`g${group}/*/*/*`] }),
    ofRole: (role) => ({ paths: [`${folder(role)}/*/*`] }),
    start: () =>
      range(roles).map((role) =>
        range(share(targets, roles, role)).map((count) => next(role, count)),
      ),
    next,
  };
}

function byHashPrefixes({ groups, rolesPerGroup, targets }: Shape): TargetLayout {
  const roles = groups * rolesPerGroup;
  const path = (name: number) => `pool/tool-${name}.tgz`;
  let names = 0;
  return {
    ofGroup: (group) => ({ path_hash_prefixes: prefixes(group, groups) }),
    ofRole: (role) => ({ path_hash_prefixes: prefixes(role, roles) }),
    start: () => {
      const paths: string[][] = range(roles).map(() => []);
      for (; names < targets; names += 1) paths[roleOf(path(names), roles)]?.push(path(names));
      return paths;
    },
    next: (role) => {
      while (roleOf(path(names), roles) !== role) names += 1;
      names += 1;
      return path(names - 1);
    },
  };
}

/** The `index`th of `parts` equal parts of all hashes; `parts` is a power of two, up to 16^4. */
function prefixes(index: number, parts: number): string[] {
  const digits = digitsFor(parts);
  const each = 16 ** digits / parts;
  return range(each).map((count) => (index * each + count).toString(16).padStart(digits, '0'));
}

function roleOf(path: string, roles: number): number {
  const first = createHash('sha256').update(path).digest().readUInt32BE();
  return Math.floor(first / (2 ** 32 / roles));
}

function digitsFor(parts: number): number {
  let digits = 1;
  while (16 ** digits < parts) digits += 1;
  return digits;
}

function share(whole: number, parts: number, index: number): number {
  return Math.floor(whole / parts) + (index < whole % parts ? 1 : 0);
}

export function range(length: number): number[] {
  return Array.from({ length }, (_, index) => index);
}

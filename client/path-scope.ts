import { matchesPattern } from '../core/metadata/pattern.ts';
import type { DelegatedRole } from '../core/metadata/tufjs.ts';

/**
 * A part of the project view: the target paths `project/product/version/artifact` that begin with
 * these names. What is left out may be any.
 */
export interface PathScope {
  readonly project: string;
  readonly product?: string | undefined;
  readonly version?: string | undefined;
}

export function isInScope(path: string, { project, product, version }: PathScope): boolean {
  const parts = path.split('/');
  const wanted = [project, product, version];
  return parts.length === 4 && wanted.every((name, at) => name === undefined || name === parts[at]);
}

/** False when a delegation covers no path of the scope, whatever the role lists. */
export function mayReach({ paths }: DelegatedRole, scope: PathScope): boolean {
  if (paths === undefined) return true; // hash prefixes say nothing about names
  return paths.some((pattern) => reaches(pattern.split('/'), scope));
}

function reaches(pattern: readonly string[], { project, product, version }: PathScope): boolean {
  if (pattern.length !== 4) return false;
  return [project, product, version].every(
    (name, at) => name === undefined || matchesPattern(name, pattern[at] ?? ''),
  );
}

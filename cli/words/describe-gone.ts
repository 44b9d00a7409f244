/** Roles that go, in words: each with what it lists, for that goes too. */
import { visible } from '../../core/error/error.ts';
import type { LoadedRole } from '../../core/rules/repository.ts';

export function describeGone(roles: readonly LoadedRole[]): readonly string[] {
  return roles.flatMap(({ name, document, file }) => [
    `${visible(name)}: goes, after version ${document.signed.version} (${visible(file)})`,
    ...Object.keys(document.signed.targets).map((path) => `  - target ${visible(path)}`),
  ]);
}

/** Rule 21's way out where a key is stolen: the role again, without what lies outside its delegation. */
import { isDelegated } from '../../core/metadata/delegation-walk.ts';
import { isObject, type JsonObject } from '../../core/metadata/json.ts';
import { delegationsTo } from '../../core/rules/entries.ts';
import type { LoadedRepository, LoadedRole } from '../../core/rules/repository.ts';

/** Paths that the role lists and some delegation on the way to it does not match. */
export function entriesOutside(role: LoadedRole, { roles }: LoadedRepository): ReadonlySet<string> {
  const chain = delegationsTo(role, roles);
  const paths = Object.keys(role.document.signed.targets);
  return new Set(paths.filter((path) => !chain.every((each) => isDelegated(each, path))));
}

/** The role without these entries. */
export function withoutEntries(signed: JsonObject, paths: ReadonlySet<string>): JsonObject {
  if (paths.size === 0) return signed;
  const targets = isObject(signed['targets']) ? signed['targets'] : {};
  const left = Object.entries(targets).filter(([path]) => !paths.has(path));
  return { ...signed, targets: Object.fromEntries(left) };
}

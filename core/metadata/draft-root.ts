/** Drafts of root (TUF 1.0.34 §4.3): who signs the top-level roles. */
import { changeSigners, type SignerLists, type SignersChange } from './draft-signers.ts';
import { isObject, type JsonObject } from './json.ts';
import type { topLevelRoles } from './names.ts';

type TopLevelRole = (typeof topLevelRoles)[number];

/** Root, with other signers of these roles; a key is replaced wherever one of them names it. */
export function changeRootSigners(
  root: JsonObject,
  names: readonly TopLevelRole[],
  change: SignersChange,
): JsonObject {
  const { keys, roles } = names.reduce<SignerLists>(
    (lists, name) => changeSigners(lists, name, change),
    listsOf(root),
  );
  return { ...root, keys, roles: Object.fromEntries(roles) };
}

function listsOf(root: JsonObject): SignerLists {
  const { keys, roles } = root;
  const named = Object.entries(isObject(roles) ? roles : {}).flatMap(([name, role]) =>
    isObject(role) ? [[name, role] as const] : [],
  );
  return { keys: isObject(keys) ? keys : {}, roles: new Map(named) };
}

/** The way from targets to roles of which only the names are known. */
import type { Document } from '../../metadata/document.ts';
import { delegatedRoles } from '../../metadata/model.ts';
import { loadRoles, type DocumentCache, type LoadedRole, type Scope } from '../repository.ts';
import type { RepositoryState } from '../state.ts';

/** The delegators on the way to roles that no path leads to: level by level, until all are found. */
export async function findWay(
  state: RepositoryState,
  root: Document<'root'>,
  names: ReadonlySet<string>,
  cache: DocumentCache,
): Promise<ReadonlySet<string>> {
  const missing = new Set(names);
  const way = new Set<string>();
  for (let depth = 0; missing.size > 0; depth += 1) {
    const level = await loadRoles(state, root, downTo(depth), cache);
    for (const role of level.values()) {
      const here = delegatedRoles(role.document.signed).filter(({ name }) => missing.delete(name));
      if (here.length > 0) for (const name of chainTo(role, level)) way.add(name);
    }
    if (level.size === (await loadRoles(state, root, downTo(depth + 1), cache)).size) break;
  }
  return way;
}

function downTo(levels: number): Scope {
  return () => (levels > 0 ? downTo(levels - 1) : undefined);
}

function chainTo(role: LoadedRole, roles: ReadonlyMap<string, LoadedRole>): readonly string[] {
  const above = roles.get(role.delegator);
  return above === undefined ? [role.name] : [role.name, ...chainTo(above, roles)];
}

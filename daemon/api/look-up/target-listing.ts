/**
 * Target files in the order of their paths, without a look at each of them: every role's own paths are
 * in order, once for each version of it, and the roles are merged as far as somebody reads.
 */
import { firstAt } from '../first-at.ts';
import { factsOf } from '../../../core/metadata/packed-targets.ts';
import type { LoadedRepository, LoadedRole } from '../../../core/rules/repository.ts';

export interface Listed {
  readonly path: string;
  /** That lists it; the gate lets no role list what a search would not find there. */
  readonly role: LoadedRole;
}

/**
 * @param prefix how their paths begin
 * @param after the path of the last one that is known already; it may have gone meanwhile
 */
export function* listTargets(
  { roles }: LoadedRepository,
  prefix: string,
  after: string | undefined,
): Generator<Listed> {
  // The last is the next: its role comes back behind those whose paths are further on.
  const heads = [...roles.values()]
    .flatMap((role) => headOf(role, prefix, after) ?? [])
    .sort((one, other) => (one.path > other.path ? -1 : 1));
  for (let head = heads.pop(); head !== undefined; head = heads.pop()) {
    yield head;
    const next = headAt(head.role, head.index + 1, prefix);
    if (next === undefined) continue;
    heads.splice(
      firstAt(heads, ({ path }) => path < next.path),
      0,
      next,
    );
  }
}

interface Head extends Listed {
  /** Its place among the paths of the role. */
  readonly index: number;
}

/** Most roles are not even opened: their first and last paths tell that nothing is there yet. */
function headOf(role: LoadedRole, prefix: string, after = ''): Head | undefined {
  const [first, last] = factsOf(role.document).paths ?? [];
  if (first === undefined || last === undefined || last <= after || last < prefix) return undefined;
  if (first > after && first >= prefix) {
    return first.startsWith(prefix) ? { path: first, role, index: 0 } : undefined;
  }
  const index = firstAt(pathsOf(role), (path) => path >= prefix && path > after);
  return headAt(role, index, prefix);
}

function headAt(role: LoadedRole, index: number, prefix: string): Head | undefined {
  const path = pathsOf(role)[index];
  return path?.startsWith(prefix) === true ? { path, role, index } : undefined;
}

/** Kept as long as what was read off the file is. */
const sorted = new WeakMap<LoadedRole['document']['signed'], readonly string[]>();

function pathsOf({ document: { signed } }: LoadedRole): readonly string[] {
  const known = sorted.get(signed);
  if (known !== undefined) return known;
  const paths = Object.keys(signed.targets).sort();
  sorted.set(signed, paths);
  return paths;
}

import type { BareRepository } from '../git/binary/bare-repository.ts';
import type { ObjectId } from '../git/object-id.ts';
import { parseDocument } from '../metadata/document.ts';
import { entryOf, roleOf, type RepositoryState, type StateChange } from '../rules/state.ts';
import { maxRoleBytes } from './state.ts';

/**
 * How far roles had got that were on `main` once and are gone: one that is made again goes
 * on counting, for snapshots keep its last version and clients refuse a lower one.
 *
 * It is read from `main` itself, so that hook, daemon and audit come to one verdict, whatever of
 * `main` was published when they looked.
 */
export class FormerRoles {
  readonly #repository: BareRepository;
  readonly #from: ObjectId | undefined;
  /** File to version: the last of each file that went after `from`. */
  readonly #gone = new Map<string, number>();

  /** @param from the commit of `main` that the stretch to judge begins after */
  constructor(repository: BareRepository, from: ObjectId | undefined) {
    this.#repository = repository;
    this.#from = from;
  }

  /** The versions of those roles that come back with these changes, by role. */
  async comingBack(changes: readonly StateChange[]): Promise<ReadonlyMap<string, number>> {
    const added = changes.flatMap(({ path = '', before, after }) =>
      roleOf(path) !== undefined && before === undefined && after !== undefined ? [path] : [],
    );
    const removals = await this.#removalsBefore(added.filter((path) => !this.#gone.has(path)));
    const versions = new Map<string, number>();
    for (const path of added) {
      const version = this.#gone.get(path) ?? (await this.#versionBefore(path, removals.get(path)));
      const role = roleOf(path);
      if (version !== undefined && role !== undefined) versions.set(role, version);
    }
    return versions;
  }

  /** Is told of each commit of the stretch that holds, in order. */
  async note(changes: readonly StateChange[], before: RepositoryState | undefined): Promise<void> {
    for (const change of changes) {
      const { path = '' } = change;
      if (roleOf(path) === undefined || change.before === undefined) continue;
      if (change.after !== undefined || before === undefined) continue;
      this.#gone.set(path, versionIn(await before.read(entryOf(change, change.before)), path));
    }
  }

  async #versionBefore(path: string, removal: ObjectId | undefined): Promise<number | undefined> {
    if (removal === undefined) return undefined;
    const [parent] = (await this.#repository.commit(removal)).parents;
    const file = parent && (await this.#repository.find(parent, path));
    if (file === undefined) return undefined;
    return versionIn(await this.#repository.blob(file.oid, maxRoleBytes, path), path);
  }

  /**
   * File to the newest commit that took it away. Git looks through all of history for that, ten times
   * as quickly for a few paths as for a whole folder.
   */
  async #removalsBefore(paths: readonly string[]): Promise<ReadonlyMap<string, ObjectId>> {
    if (this.#from === undefined || paths.length === 0) return new Map();
    const few = paths.length <= 16 ? paths : ['metadata'];
    const removals = await this.#repository.removals(this.#from, few);
    return new Map(removals.toReversed().map(({ path, commit }) => [path, commit]));
  }
}

function versionIn(bytes: Uint8Array, path: string): number {
  return parseDocument('targets', bytes, path).signed.version;
}

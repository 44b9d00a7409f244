import type { BareRepository } from '../git/binary/bare-repository.ts';
import type { ObjectId } from '../git/object-id.ts';
import { parseDocument } from '../metadata/document.ts';
import { entryOf, roleOf, type RepositoryState, type StateChange } from '../rules/state.ts';

const maxFileBytes = 8 * 2 ** 20;

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
  #goneBefore: Map<string, ObjectId> | undefined;

  /** @param from the commit of `main` that the stretch to judge begins after */
  constructor(repository: BareRepository, from: ObjectId | undefined) {
    this.#repository = repository;
    this.#from = from;
  }

  /** The versions of those roles that come back with these changes, by role. */
  async comingBack(changes: readonly StateChange[]): Promise<ReadonlyMap<string, number>> {
    const versions = new Map<string, number>();
    for (const { path = '', before, after } of changes) {
      const role = roleOf(path);
      if (this.#from === undefined && this.#gone.size === 0) break;
      if (role === undefined || before !== undefined || after === undefined) continue;
      const version = this.#gone.get(path) ?? (await this.#versionBefore(path));
      if (version !== undefined) versions.set(role, version);
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

  async #versionBefore(path: string): Promise<number | undefined> {
    this.#goneBefore ??= await this.#removalsBefore();
    const removal = this.#goneBefore.get(path);
    if (removal === undefined) return undefined;
    const [parent] = (await this.#repository.commit(removal)).parents;
    const file = parent && (await this.#repository.find(parent, path));
    if (file === undefined) return undefined;
    return versionIn(await this.#repository.blob(file.oid, maxFileBytes, path), path);
  }

  /** File to the newest commit that took it away. */
  async #removalsBefore(): Promise<Map<string, ObjectId>> {
    if (this.#from === undefined) return new Map();
    const removals = await this.#repository.removals(this.#from, 'metadata');
    return new Map(removals.toReversed().map(({ path, commit }) => [path, commit]));
  }
}

function versionIn(bytes: Uint8Array, path: string): number {
  return parseDocument('targets', bytes, path).signed.version;
}

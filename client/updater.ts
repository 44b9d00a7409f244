import path from 'node:path';
import { fault } from '../core/error/error.ts';
import { searchTarget } from '../core/metadata/delegation-walk.ts';
import { isSafeTargetPath, type TargetPath } from '../core/metadata/names.ts';
import { TrustedSet, type Verified } from '../core/metadata/trusted-set.ts';
import { MetadataCache } from './cache.ts';
import { downloadTo, isTarget } from './download.ts';
import type { OnEvent } from './events.ts';
import type { Fetcher } from './fetcher.ts';
import { flatName } from './file-names.ts';
import { httpFetcher } from './http-fetcher.ts';
import { defaultLimits, type Limits } from './limits.ts';
import { listTargets, type Listing } from './list-targets.ts';
import { Mirrors } from './mirrors.ts';
import { OfflineWorkflow } from './offline-workflow.ts';
import type { PathScope } from './path-scope.ts';
import { defaultRetry, type RetryPolicy } from './retry.ts';
import type { TargetFolders } from './target-folders.ts';
import { targetInfo, type TargetInfo } from './target-info.ts';
import { SharedLoads } from './shared-loads.ts';
import { makeFolder } from './storage.ts';
import { vouchersOf, type Voucher } from './target-provenance.ts';
import type { OnProgress, Source } from './target-transfer.ts';
import { targetFileUrl } from './urls.ts';
import { Workflow, type RoleLoader } from './workflow.ts';

export interface UpdaterOptions {
  /**
   * Folder of the trusted metadata; `Updater.init` makes it. Several updaters and processes may have
   * the same one: one at a time refreshes it. One that cannot be written serves as long as nothing
   * has to be: then it is `client.storage`.
   */
  readonly metadataDir: string;
  /**
   * URL under which the repository's metadata lies, used as given; of several, the later ones are
   * asked when the earlier ones fail or send what does not verify.
   */
  readonly metadataUrl: string | readonly string[];
  /** URL, or URLs in order, under which its target files lie; needed for downloads. */
  readonly targetsUrl?: string | readonly string[];
  /** Where downloads go that are given no file name of their own. */
  readonly targetsDir?: string;
  readonly fetcher?: Fetcher;
  readonly retry?: RetryPolicy;
  /** The time as of which everything is judged; without it, the time of construction. */
  readonly now?: Date;
  readonly limits?: Partial<Limits>;
  /**
   * Asks no server: all must be in the cache, valid and unexpired at `now`. A delegated role that
   * another updater has replaced since this one's refresh is `client.offline`: make a new one then.
   */
  readonly offline?: boolean;
  readonly onEvent?: OnEvent;
  /** How long to wait while another one refreshes the same `metadataDir`; without it, 120,000. */
  readonly lockTimeoutMs?: number;
}

export interface DownloadOptions {
  readonly onProgress?: OnProgress;
  /** For several downloads that are reported together, as `downloadAll` does. */
  readonly folders?: TargetFolders;
}

/** A target's file, and whether nothing had to be asked for. */
export interface ObtainedTarget {
  readonly status: 'downloaded' | 'present';
  readonly file: string;
}

/** One update of one repository. Make a new one for a later update: its start time is fixed. */
export class Updater {
  readonly #options: UpdaterOptions;
  readonly #roles: RoleLoader;
  readonly #loads = new SharedLoads();
  readonly #targetMirrors: Mirrors | undefined;
  readonly #onEvent: OnEvent;
  readonly #source: { readonly fetcher: Fetcher; readonly retry: RetryPolicy };
  #refreshed: Promise<TrustedSet> | undefined;

  /**
   * Starts trusting a repository: verifies its root under itself and stores it. Asks no server. What
   * has been fetched since an earlier start from the same root is kept.
   * @throws `json.*`, `role.type`, `role.threshold` for a bad root, `client.storage`, `client.locked`
   */
  static async init(metadataDir: string, root: Uint8Array): Promise<void> {
    TrustedSet.fromRoot(root, { referenceTime: new Date(0) });
    const cache = new MetadataCache(metadataDir);
    await makeFolder(metadataDir);
    await cache.exclusively(async () => {
      const anchor = await cache.readAnchor();
      const isKnown = anchor !== undefined && Buffer.compare(anchor, root) === 0;
      if (isKnown && (await cache.read('root')) !== undefined) return; // perhaps a newer one
      await cache.write('root', root);
      await cache.writeAnchor(root); // last: by it one knows that the other is of the same chain
    });
  }

  constructor(options: UpdaterOptions) {
    this.#options = options;
    const { fetcher = httpFetcher(), retry = defaultRetry, targetsUrl } = options;
    this.#source = { fetcher, retry };
    this.#onEvent = options.onEvent ?? (() => undefined);
    this.#roles = roleLoader(options, { ...this.#source, onEvent: this.#onEvent });
    this.#targetMirrors =
      targetsUrl === undefined ? undefined : new Mirrors(targetsUrl, 'targetsUrl', this.#onEvent);
  }

  /**
   * Brings root, timestamp, snapshot and the top-level targets up to date: TUF 1.0.34 §5.2–5.6.
   * Runs once, further calls wait for that one.
   * @throws `client.not-trusted-yet`, `rollback.*`, `role.*`, `metadata.*`, `version.mismatch`,
   *   `download.*`, `client.storage`, `client.locked`, `client.offline`, …; the cache then holds what
   *   was verified before
   */
  async refresh(): Promise<void> {
    await this.#refresh();
  }

  /** What was verified; refreshes first. @throws what `refresh` throws */
  async trusted(): Promise<TrustedSet> {
    return this.#refresh();
  }

  /**
   * What verified metadata says of a target, undefined when no role lists it: TUF 1.0.34 §5.6.7.
   * @throws `path.form` for a path that could leave its folder; what `refresh` throws
   */
  async getTargetInfo(target: string): Promise<TargetInfo | undefined> {
    const wanted = requireSafe(target);
    const set = await this.#refresh();
    const search = searchTarget<Verified<'targets'>>(wanted);
    let step = search.next();
    while (step.done !== true) {
      const { role, delegator } = step.value;
      step = search.next(await this.#load(set, role, delegator));
    }
    return step.value === undefined ? undefined : targetInfo(wanted, step.value);
  }

  /**
   * Who vouches for a target that was found: each role on its chain with its keys and signers.
   * @throws what `refresh` throws, when a role must be loaded for it
   */
  async vouchersOf(info: TargetInfo): Promise<readonly Voucher[]> {
    const set = await this.#refresh();
    return vouchersOf(info, set, (role, delegator) => this.#load(set, role, delegator));
  }

  /**
   * Where a target's file is served, in the order in which mirrors are asked.
   * @throws `client.configuration` without `targetsUrl`; what `refresh` throws
   */
  async urlsOf(info: TargetInfo): Promise<readonly string[]> {
    const { root } = await this.#refresh();
    return this.#sourceOf(info, root.signed.consistentSnapshot).urls;
  }

  /**
   * Every target that `getTargetInfo` would find. Loads all roles, so it costs what they weigh.
   * @param scope only what is called like this, and only the roles that may list it
   */
  async listTargets(scope?: PathScope): Promise<Listing> {
    const set = await this.#refresh();
    return listTargets(set, (role, delegator) => this.#load(set, role, delegator), scope);
  }

  /** The file's path when it is there already, with the right length and hashes. */
  async findCachedTarget(info: TargetInfo, file?: string): Promise<string | undefined> {
    const destination = this.#destination(info, file);
    return (await isTarget(destination, info)) ? destination : undefined;
  }

  /**
   * Downloads a target, unless the file is there already, and returns the file's path.
   * @param file where to; without it, in `targetsDir` under the percent-encoded target path
   * @throws `target.hash`, `download.*`, `client.storage`, `client.configuration`
   */
  async downloadTarget(
    info: TargetInfo,
    file?: string,
    options: DownloadOptions = {},
  ): Promise<string> {
    return (await this.obtainTarget(info, file, options)).file;
  }

  /** The same, and says whether it was there already. */
  async obtainTarget(
    info: TargetInfo,
    file?: string,
    options: DownloadOptions = {},
  ): Promise<ObtainedTarget> {
    const destination = this.#destination(info, file);
    if (await isTarget(destination, info)) return { status: 'present', file: destination };
    await this.#download(info, destination, options);
    return { status: 'downloaded', file: destination };
  }

  async #download(info: TargetInfo, file: string, options: DownloadOptions): Promise<void> {
    if (this.#options.offline === true) throw notThere(file);
    const { root } = await this.#refresh();
    const source = this.#sourceOf(info, root.signed.consistentSnapshot);
    this.#onEvent({ type: 'download-started', target: info, file });
    await downloadTo(file, info, source, {
      ...options,
      onProgress: (received, total) => {
        options.onProgress?.(received, total);
        this.#onEvent({ type: 'download-progress', target: info, received, total });
      },
    });
    this.#onEvent({ type: 'download-ended', target: info, file });
  }

  #load(set: TrustedSet, role: string, delegator: Verified<'targets'> | undefined) {
    const load = () => this.#roles.targetsRole(set, role, delegator);
    return this.#loads.share(role, delegator, load);
  }

  #refresh(): Promise<TrustedSet> {
    return (this.#refreshed ??= this.#roles.refresh());
  }

  #destination(info: TargetInfo, file: string | undefined): string {
    if (file !== undefined) return file;
    const { targetsDir } = this.#options;
    if (targetsDir !== undefined) return path.join(targetsDir, flatName(info.path));
    throw fault('client.configuration', 'targetsDir', 'neither it nor a file name is given');
  }

  #sourceOf(info: TargetInfo, consistent: boolean): Source {
    const mirrors = this.#targetMirrors;
    if (mirrors === undefined) {
      throw fault('client.configuration', 'targetsUrl', 'downloads need it');
    }
    const bases = mirrors.inOrder();
    return {
      ...this.#source,
      urls: bases.map((base) => targetFileUrl(base, info, consistent)),
      onFault: (index, error) => {
        mirrors.failed(bases, index, error);
      },
    };
  }
}

function roleLoader(
  { limits, lockTimeoutMs, metadataDir, metadataUrl, now = new Date(), offline }: UpdaterOptions,
  source: { fetcher: Fetcher; retry: RetryPolicy; onEvent: OnEvent },
): RoleLoader {
  const cache = new MetadataCache(metadataDir, {
    ...(lockTimeoutMs === undefined ? {} : { timeoutMs: lockTimeoutMs }),
    onWait: () => {
      source.onEvent({ type: 'waiting', folder: metadataDir });
    },
  });
  const settings = { ...source, startTime: now }; // §5.1
  if (offline === true) return new OfflineWorkflow(cache, settings);
  return new Workflow(cache, {
    ...settings,
    mirrors: new Mirrors(metadataUrl, 'metadataUrl', source.onEvent),
    limits: { ...defaultLimits, ...limits },
  });
}

function notThere(file: string) {
  return fault('client.offline', file, 'it is not there, or is another version', {
    hint: 'download it once with a connection',
  });
}

function requireSafe(target: string): TargetPath {
  if (isSafeTargetPath(target)) return target;
  throw fault('path.form', target, 'it is no target path: it could leave its folder');
}

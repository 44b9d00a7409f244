/**
 * A repository as this browser verifies it: the workflow and the trusted set of the Node client, with
 * signatures by WebCrypto, a cache in memory, and delegated roles that are fetched when they are
 * looked at. What a refusal leaves is what was verified before it.
 */
import { TufOnGitError, type Finding } from '../../../core/error/error.ts';
import { searchTarget } from '../../../core/metadata/delegation-walk.ts';
import { isSafeTargetPath } from '../../../core/metadata/names.ts';
import type { TrustedSet, Verified } from '../../../core/metadata/trusted-set.ts';
import type { Fetcher } from '../../fetcher.ts';
import { defaultLimits } from '../../limits.ts';
import { listTargets, type Listing } from '../../list-targets.ts';
import { Mirrors } from '../../mirrors.ts';
import type { PathScope } from '../../path-scope.ts';
import { defaultRetry } from '../../retry.ts';
import { SharedLoads } from '../../shared-loads.ts';
import { targetInfo, type TargetInfo } from '../../target-info.ts';
import { voucherOf, type Voucher } from '../../target-provenance.ts';
import { targetFileUrl, baseUrl } from '../../urls.ts';
import { Workflow } from '../../workflow.ts';
import { MemoryCache } from './memory-cache.ts';
import { answered, settled } from './node/signatures.ts';
import { delegatedReport, topLevelReports, type RoleReport } from './role-report.ts';
import { rootReports, type RootReport } from './root-report.ts';
import { webFetcher } from './web-fetcher.ts';

export interface AuditOptions {
  /** Where the metadata lies. */
  readonly metadataUrl: string;
  /** Where target files lie, for their addresses; nothing is fetched from there. */
  readonly targetsUrl?: string;
  /** The root that the user trusts. */
  readonly root: Uint8Array;
  readonly fetcher?: Fetcher;
}

export interface AuditReport {
  /** The time as of which all is judged. */
  readonly asOf: Date;
  /** The chain of roots, from the given one on; all of them verified. */
  readonly roots: readonly RootReport[];
  /** Those of root, timestamp, snapshot and targets that were verified, now or before. */
  readonly roles: readonly RoleReport[];
  /** What the repository was refused for; undefined when all verified. */
  readonly refusal: Finding | undefined;
}

export interface TargetReport {
  readonly info: TargetInfo;
  readonly url: string | undefined;
  /** Of the set in which it was found, as of `RoleReport`. */
  readonly verifiedAt: Date;
  readonly isCurrent: boolean;
  /** The roles on the way to it, `targets` first, each verified by the one before. */
  readonly vouchers: readonly Voucher[];
}

type TargetsRole = Verified<'targets'>;

export class Audit {
  readonly #options: AuditOptions;
  readonly #cache: MemoryCache;
  #loads = new SharedLoads();
  #workflow: Workflow | undefined;
  #set: TrustedSet | undefined;
  /** Of the last refresh. */
  #refusal: TufOnGitError | undefined;
  /** The top-level roles, and when the refresh began that found each to be the newest. */
  readonly #newest = new Map<string, Date>();

  constructor(options: AuditOptions) {
    this.#options = options;
    this.#cache = new MemoryCache(options.root);
  }

  /** Verifies what the server has now. Call it again for what is new: an older set is then refused. */
  async refresh(asOf = new Date()): Promise<AuditReport> {
    const renewed = new Set<string>();
    const workflow = this.#newWorkflow(asOf, (role) => {
      renewed.add(role);
      this.#newest.set(role, asOf);
    });
    try {
      this.#set = await workflow.refresh();
      this.#workflow = workflow;
      this.#loads = new SharedLoads();
      this.#refusal = undefined;
    } catch (error) {
      this.#refusal = refusalOf(error);
    }
    const roots = await rootReports(this.#cache.roots);
    const roles = await topLevelReports(this.#cache, (role) => ({
      verifiedAt: this.#newest.get(role),
      isCurrent: renewed.has(role),
    }));
    return { asOf, roots, roles, refusal: this.#refusal };
  }

  /**
   * A delegated role, and those on the way to it when they are not there yet.
   * @param chain role names, from `targets` to it
   * @throws what it is refused for; what the first refresh was, as long as none has succeeded
   */
  async role(chain: readonly string[]): Promise<RoleReport> {
    const set = this.#verified();
    let [delegator, role]: (TargetsRole | undefined)[] = [];
    for (const name of chain) {
      delegator = role;
      role = await this.#load(set, name, delegator);
    }
    if (role === undefined) throw new RangeError('a chain begins with targets');
    const link = { document: role, delegator };
    return answered(() => delegatedReport(chain, link, set, this.#standing(set)));
  }

  /**
   * Undefined when no role lists it. Fetches the roles on its way alone: TUF 1.0.34 §5.6.7.
   * @throws as `role`
   */
  async target(path: string): Promise<TargetReport | undefined> {
    if (!isSafeTargetPath(path)) return undefined;
    const set = this.#verified();
    const search = searchTarget<TargetsRole>(path);
    let step = search.next();
    while (step.done !== true) {
      const { role, delegator } = step.value;
      step = search.next(await this.#load(set, role, delegator));
    }
    if (step.value === undefined) return undefined;
    const info = targetInfo(path, step.value);
    const vouchers = await this.#vouchers(info, set);
    return { info, url: this.#urlOf(info, set), vouchers, ...this.#standing(set) };
  }

  /** Every target that a search finds. Loads all roles that may list one in the scope. @throws as `role` */
  async list(scope?: PathScope): Promise<Listing> {
    const set = this.#verified();
    return listTargets(set, (role, delegator) => this.#load(set, role, delegator), scope);
  }

  async #vouchers(info: TargetInfo, set: TrustedSet): Promise<readonly Voucher[]> {
    const vouchers: Voucher[] = [];
    let delegator: TargetsRole | undefined;
    for (const [index, role] of info.chain.entries()) {
      const link = { document: await this.#load(set, role, delegator), delegator };
      vouchers.push(await answered(() => voucherOf(info, index, set, link)));
      delegator = link.document;
    }
    return vouchers;
  }

  #load(set: TrustedSet, role: string, delegator: TargetsRole | undefined): Promise<TargetsRole> {
    const workflow = this.#workflow;
    if (workflow === undefined) throw notVerified();
    return this.#loads.share(role, delegator, () => workflow.targetsRole(set, role, delegator));
  }

  #verified(): TrustedSet {
    if (this.#set === undefined) throw this.#refusal ?? notVerified();
    return this.#set;
  }

  /** Of what the set has led to. */
  #standing({ referenceTime }: TrustedSet) {
    return { verifiedAt: referenceTime, isCurrent: this.#refusal === undefined };
  }

  #urlOf(info: TargetInfo, { root }: TrustedSet): string | undefined {
    const { targetsUrl } = this.#options;
    const consistent = root.signed.consistentSnapshot;
    return targetsUrl && targetFileUrl(baseUrl(targetsUrl), info, consistent);
  }

  #newWorkflow(startTime: Date, onNewest: (role: string) => void): Workflow {
    const { metadataUrl, fetcher = webFetcher } = this.#options;
    const onEvent = () => undefined;
    return new Workflow(this.#cache, {
      mirrors: new Mirrors(metadataUrl, 'metadataUrl', onEvent),
      onEvent,
      fetcher,
      retry: defaultRetry,
      limits: defaultLimits,
      startTime,
      settle: settled,
      onNewest,
    });
  }
}

/** What the repository, or the way to it, is at fault for; a defect of ours is thrown on. */
function refusalOf(error: unknown): TufOnGitError {
  if (error instanceof TufOnGitError) return error;
  throw error;
}

function notVerified() {
  return new RangeError('nothing has verified yet: call refresh');
}

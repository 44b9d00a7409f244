import { verifyTip } from '../../core/gate/tip.ts';
import type { ObjectId } from '../../core/git/object-id.ts';
import { readPolicy, type Policy } from '../../core/metadata/policy.ts';
import { readState } from '../../core/gate/state.ts';
import { loadRepository, type DocumentCache } from '../../core/rules/repository.ts';
import { withAuditedHome, type AuditedHome } from './audited-home.ts';
import { verifyPublished, type Publication } from './published.ts';
import { refuseMovedRecord } from './moved-record.ts';
import { refusedHistory } from './refused-history.ts';
import { verifyContents, type Contents } from './target-contents.ts';
import { verifyPast, type Past } from './verify-past.ts';

/** What held, and by which policy. */
export interface Audit {
  readonly tip: ObjectId;
  /** Of root's signed metadata, whatever this server's settings say: so everybody finds the same. */
  readonly policy: Policy;
  /** Targets roles at the tip. */
  readonly roles: number;
  /** Undefined when target files were left out. */
  readonly contents: Contents | undefined;
  /** Undefined before the first generation. */
  readonly published: Publication | undefined;
  /** Undefined when only the tip was asked for. */
  readonly past: Past | undefined;
}

export interface AuditOptions {
  /** Every transition of `main` and every generation too. */
  readonly history?: boolean;
  /** Target files are left out. */
  readonly metadataOnly?: boolean;
  /** What is being done, for somebody who waits. */
  readonly progress: (text: string) => void;
}

/**
 * Verifies the whole tip of `main` from the pinned root on, and what is published of it, with nothing
 * but the files of HOME.
 * @throws the first rule that does not hold, or what a client would refuse
 */
export async function verifyHome(
  directory: string,
  now: Date,
  options: AuditOptions,
): Promise<Audit> {
  return withAuditedHome(directory, now, async (home) => {
    const past = options.history === true ? await verifyPast(home, options.progress) : undefined;
    const documents: DocumentCache = new Map();
    const { policy, roles, contents } = await verifyNow(home, options, documents);
    options.progress('what is published');
    const published = await verifyPublished(home, documents);
    await refuseMovedRecord(home);
    return { tip: home.tip, policy, roles, contents, published, past };
  });
}

async function verifyNow(
  home: AuditedHome,
  { metadataOnly, progress }: AuditOptions,
  documents: DocumentCache,
): Promise<Pick<Audit, 'policy' | 'roles' | 'contents'>> {
  const { git, tip, pinnedRoot, now } = home;
  progress('the tip of main');
  const { refusals } = await verifyTip(
    git,
    tip,
    // Which keys the signer holds is this server's affair: a third party cannot know it.
    { pinnedRoot, receivedAt: now, onlineKeys: undefined, targetFiles: 'left-out' },
    documents,
  );
  if (refusals.length > 0) throw refusedHistory({ commit: tip, refusals });
  const { root, roles } = await loadRepository(await readState(git, tip), documents);
  const contents =
    metadataOnly === true
      ? undefined
      : await verifyContents(home, tip, roles.values(), (count) => {
          progress(`target files: ${count}`);
        });
  return { policy: readPolicy(root.signed), roles: roles.size, contents };
}

/** A repository as it is served, verified by a client that begins with nothing but the root. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { isAbsent } from '../../client/fetcher.ts';
import { defaultRetry } from '../../client/retry.ts';
import { rootClaims } from '../../client/root-fingerprint.ts';
import type { TargetInfo } from '../../client/target-info.ts';
import { Updater } from '../../client/updater.ts';
import { fault, TufOnGitError } from '../../core/error/error.ts';
import type { Document } from '../../core/metadata/document.ts';
import type { TrustedSet } from '../../core/metadata/trusted-set.ts';
import type { VerifiedRole } from './published.ts';
import type { ServedPlace } from './served-place.ts';
import { verifyServedTargets } from './served-targets.ts';
import type { Contents } from './target-contents.ts';

/** What held. */
export interface ServedAudit {
  /** Of the root that it began with, and of the last one that it led to. */
  readonly roots: { readonly from: number; readonly to: number };
  /** Every role that a client gets to see. */
  readonly roles: readonly VerifiedRole[];
  /** Undefined when target files were left out, or are not there to be looked at. */
  readonly contents: Contents | undefined;
}

export interface ServedOptions {
  /** The trusted root. */
  readonly root: Uint8Array;
  readonly now: Date;
  readonly metadataOnly: boolean;
  /** What is being done, for somebody who waits. */
  readonly progress: (text: string) => void;
}

/**
 * Refreshes, loads every role that delegations lead to, and hashes every target file.
 * @throws the first that does not hold, as a client refuses it; `role.missing` and `target.missing` for
 *   what is named and not there
 */
export async function verifyServed(
  place: ServedPlace,
  options: ServedOptions,
): Promise<ServedAudit> {
  const folder = await mkdtemp(path.join(tmpdir(), 'tuf-on-git-verify-'));
  try {
    return await verifyInto(folder, place, options);
  } catch (error) {
    if (!isAbsent(error) || !(error instanceof TufOnGitError)) throw error;
    throw fault('role.missing', error.where, 'it is named by what is served, and not there', {
      cause: error,
    });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function verifyInto(
  metadataDir: string,
  place: ServedPlace,
  { root, now, metadataOnly, progress }: ServedOptions,
): Promise<ServedAudit> {
  const { metadataUrl, targetsUrl, fetcher } = place;
  await Updater.init(metadataDir, root);
  const urls = { metadataUrl, ...(targetsUrl === undefined ? {} : { targetsUrl }) };
  const updater = new Updater({ metadataDir, ...urls, fetcher, now });
  progress('the roles');
  const set = await updater.trusted();
  const { targets, roles, unavailable } = await updater.listTargets();
  const [first] = unavailable;
  if (first !== undefined) throw first;
  const isWanted = targetsUrl !== undefined && !metadataOnly;
  const source = {
    fetcher,
    retry: defaultRetry,
    urlsOf: (info: TargetInfo) => updater.urlsOf(info),
  };
  return {
    roots: { from: rootClaims(root).version, to: set.root.signed.version },
    roles: [...onlineAndRoot(set), ...roles],
    contents: isWanted ? await verifyServedTargets(targets, source, progress) : undefined,
  };
}

function onlineAndRoot({ root, timestamp, snapshot }: TrustedSet): readonly VerifiedRole[] {
  const documents: readonly (Document | undefined)[] = [root, timestamp, snapshot];
  return documents.flatMap((document) =>
    document === undefined
      ? []
      : [
          {
            role: document.type,
            version: document.signed.version,
            expires: document.signed.expires,
          },
        ],
  );
}

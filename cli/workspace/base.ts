/**
 * The base: the commit that a change builds on, verified from the root that this workspace trusts
 * and never from what a server says is current.
 */
import type { ObjectId } from '../../core/git/object-id.ts';
import type { Workspace } from '../../core/git/workspace/workspace.ts';
import type { RuleCode } from '../../core/error/codes.ts';
import { fault } from '../../core/error/error.ts';
import type { Document } from '../../core/metadata/document.ts';
import { readPolicy, type Policy } from '../../core/metadata/policy.ts';
import { checkSameRepository } from '../../core/metadata/repository-name.ts';
import { checkKeyIds } from '../../core/rules/key-rules.ts';
import {
  loadRepository,
  type DocumentCache,
  type LoadedRepository,
} from '../../core/rules/repository.ts';
import { checkRoots } from '../../core/rules/root-rules.ts';
import { checkThreshold } from '../../core/rules/signature-rules.ts';
import type { RuleFinding } from '../../core/rules/verdict.ts';
import { stateOf } from './file-state.ts';
import { refuseFindings } from './refuse.ts';

export interface Base extends VerifiedFiles {
  readonly commit: ObjectId;
}

interface VerifiedFiles {
  /** The files under `metadata/`, by path. */
  readonly files: ReadonlyMap<string, Uint8Array>;
  readonly repository: LoadedRepository;
  readonly policy: Policy;
  /** Files that were parsed once need not be parsed again. */
  readonly cache: DocumentCache;
}

/**
 * Reads and verifies the metadata of a commit: the chain of roots from the trusted one, then every
 * role under its delegator. Expired metadata is no fault here: signing is what mends it.
 * @throws `rollback.root` when the commit's root is older than the trusted one, or the code of the
 *   rule that does not hold
 */
export async function verifiedBase(
  git: Workspace,
  commit: ObjectId,
  trusted: Document<'root'>,
  now: Date,
): Promise<Base> {
  return { commit, ...(await verifiedFiles(await metadataFiles(git, commit), trusted, now)) };
}

/** The same for the metadata files of a commit, wherever they came from. @throws as `verifiedBase` */
export async function verifiedFiles(
  files: ReadonlyMap<string, Uint8Array>,
  trusted: Document<'root'>,
  now: Date,
): Promise<VerifiedFiles> {
  const cache: DocumentCache = new Map();
  const repository = await loadRepository(stateOf(files), cache);
  refuseOlderRoot(repository, trusted);
  const policy = readPolicy(repository.root.signed);
  refuse(
    checkRoots(undefined, repository, [], policy, {
      receivedAt: now,
      pinnedRoot: trusted,
      onlineKeys: undefined,
    }),
  );
  for (const { document, authority, file } of repository.roles.values()) {
    refuse(checkThreshold(file, document, authority));
    refuse(checkKeyIds(file, document.signed.delegations?.keys ?? {}));
    checkSameRepository(repository.root, document, file);
  }
  return { files, repository, policy, cache };
}

async function metadataFiles(git: Workspace, commit: ObjectId): Promise<Map<string, Uint8Array>> {
  const files = new Map<string, Uint8Array>();
  for (const file of await git.listAt(commit, 'metadata')) {
    const bytes = await git.readAt(commit, file);
    if (bytes !== undefined) files.set(file, bytes);
  }
  return files;
}

function refuseOlderRoot({ root }: LoadedRepository, trusted: Document<'root'>): void {
  const [has, knows] = [root.signed.version, trusted.signed.version];
  if (has >= knows) return;
  const message = `the repository has root version ${has}; this workspace trusts version ${knows}`;
  throw fault('rollback.root', 'metadata/root.json', message, {
    hint: 'the server shows an old state, or another repository',
  });
}

/** A change is judged by its own age only: what merely grew old must still be mendable. */
const ageCodes: readonly RuleCode[] = ['role.expired', 'role.lives-too-long'];

function refuse(findings: Iterable<RuleFinding>): void {
  refuseFindings([...findings].filter(({ code }) => !ageCodes.includes(code)));
}

/** A change as a commit on a tip, judged as the hook will judge it; no ref moves. */
import { fault, TufOnGitError, type Finding } from '../../../core/error/error.ts';
import { judgeMain, judgePush } from '../../../core/gate/push.ts';
import type { PushContext } from '../../../core/gate/push-verdict.ts';
import { maxRoleBytes, readChanges } from '../../../core/gate/state.ts';
import type { BareRepository } from '../../../core/git/binary/bare-repository.ts';
import { objectId, ZERO, type ObjectId } from '../../../core/git/object-id.ts';
import type { TokenRecord } from '../../../core/home/tokens.ts';
import type { JsonObject } from '../../../core/metadata/json.ts';
import { mainRef } from '../../../core/rules/ref-rules.ts';
import { isMetadataFile, roleFile } from '../../../core/rules/state.ts';
import { Refusal } from '../problems.ts';
import type { ChangeSeal, ChangeTrailers } from './change-seal.ts';
import { filesOf, signedIn, type WantedChange } from './change-body.ts';
import { blobsOf, hashesIn, type BlobParts } from './own-blobs.ts';
import { refuseStale } from './stale.ts';
import { refuseOtherPaths } from './touched-paths.ts';
import { messageWith } from './trailers.ts';

/** Who sends a change: a token, or the server itself. */
export type Sender = Pick<TokenRecord, 'name' | 'prefixes'>;

/** A change that somebody has sent. */
export interface SentChange extends ChangeTrailers {
  readonly ref: string;
  /** False where its id is new to everybody. */
  readonly mayRepeat: boolean;
  readonly weight: number;
  readonly token: Sender;
  readonly sentAt: Date;
  /** What is wanted on this tip; of a change that is made from what stands there, only then known. */
  readonly wanted: (git: BareRepository, tip: ObjectId) => Promise<WantedChange>;
}

export interface MakeOptions extends BlobParts {
  /** As the hook judges, but for the blobs. */
  readonly context: () => PushContext;
  readonly seal: ChangeSeal;
}

export interface MadeCommit {
  readonly commit: ObjectId;
  readonly notices: readonly Finding[];
  /** Of an event: who has to sign. */
  readonly lines: readonly string[];
}

/** @throws Refusal 403, 409, and 422 with all that the rules say */
export async function makeCommit(
  git: BareRepository,
  tip: ObjectId,
  change: SentChange,
  options: MakeOptions,
): Promise<MadeCommit> {
  const wanted = await change.wanted(git, tip);
  const signedAt = (role: string) => signedOf(git, tip, role);
  await refuseStale(git, wanted, tip);
  await refuseOtherPaths(change.token, wanted, signedAt);
  const context = options.context();
  const message = messageWith(wanted.message, change.token.name, change, options.seal);
  const as = { by: change.token.name, message, time: context.receivedAt };
  const commit = await writeChange(git, tip, wanted, as);
  const listed = await listedAt(git, tip, wanted, signedAt);
  const own = { ...context, blobs: blobsOf(change.token.name, options, listed) };
  const verdict = await judge(git, tip, commit, wanted.ref, own);
  if (verdict.refusals.length > 0) throw new Refusal(422, verdict.refusals);
  return { commit, notices: verdict.notices, lines: verdict.lines ?? [] };
}

async function judge(
  git: BareRepository,
  tip: ObjectId,
  commit: ObjectId,
  ref: string,
  context: PushContext,
) {
  if (ref === mainRef) return judgeMain(git, tip, commit, context);
  const from = (await git.resolveRef(ref)) ?? ZERO;
  return judgePush(git, [{ ref, from, to: commit }], context);
}

async function writeChange(
  git: BareRepository,
  tip: ObjectId,
  wanted: WantedChange,
  { by, message, time }: { readonly by: string; readonly message: string; readonly time: Date },
): Promise<ObjectId> {
  const edits = new Map<string, ObjectId | undefined>();
  for (const [path, bytes] of filesOf(wanted)) {
    if (bytes !== undefined) edits.set(path, await git.writeBlob(bytes));
    else if ((await git.find(tip, path)) !== undefined) edits.set(path, undefined);
  }
  const author = { name: by, email: `${by}@tokens` };
  const tree = await writeTree(git, tip, edits);
  if (tree === (await git.commit(tip)).tree) {
    throw new Refusal(422, [fault('change.form', 'metadata', 'the change changes nothing')]);
  }
  return git.writeCommit({ tree, parents: [tip], message, author, time });
}

/** Git has names of its own that no file may have. */
async function writeTree(
  git: BareRepository,
  tip: ObjectId,
  edits: ReadonlyMap<string, ObjectId | undefined>,
): Promise<ObjectId> {
  try {
    return await git.writeTree(tip, edits);
  } catch (error) {
    if (!(error instanceof TufOnGitError) || error.code !== 'repository.git') throw error;
    throw new Refusal(422, [fault('git.name', error.where, error.message)]);
  }
}

/** What blobs the tip lists already in roles that the verdict asks about. */
async function listedAt(
  git: BareRepository,
  tip: ObjectId,
  { metadata, ref }: WantedChange,
  signedAt: (role: string) => Promise<JsonObject | undefined>,
): Promise<ReadonlySet<string>> {
  const hashes = new Set<string>();
  for (const role of metadata.keys()) {
    for (const hash of hashesIn(await signedAt(role))) hashes.add(hash);
  }
  const main = ref === mainRef ? undefined : await git.resolveRef(mainRef);
  if (main === undefined) return hashes;
  for (const { path = '', after } of await readChanges(git, main, tip)) {
    if (after === undefined || !isMetadataFile(path)) continue;
    const signed = signedIn(await git.blob(objectId(after.oid), maxRoleBytes, path));
    for (const hash of hashesIn(signed)) hashes.add(hash);
  }
  return hashes;
}

async function signedOf(
  git: BareRepository,
  tip: ObjectId,
  role: string,
): Promise<JsonObject | undefined> {
  const file = await git.find(tip, roleFile(role));
  return file && signedIn(await git.blob(file.oid, maxRoleBytes, roleFile(role)));
}

/**
 * Payloads that never land: withdrawn with the event that they were made in. `refs/tuf/withdrawn` is a
 * linear history of flat trees, one file for each, named by the digest of the payload and holding the
 * name of its event and, on a second line, the tip of `main` at that time.
 *
 * The commits up to that tip hold whatever was withdrawn, so that whoever judges them again comes to
 * the same verdict: nobody has judged the commits of an event, which may repeat anything that was on
 * `main` once. Every other commit that holds such a payload is bad.
 */
import type { BareRepository } from '../../git/binary/bare-repository.ts';
import type { ObjectInfo } from '../../git/binary/cat-file.ts';
import { objectId, type ObjectId } from '../../git/object-id.ts';
import type { Document } from '../../metadata/document.ts';
import { payloadDigest, withdrawn } from '../../rules/events/withdrawal.ts';
import type { DocumentCache } from '../../rules/repository.ts';
import { isPayloadFile, type StateChange } from '../../rules/state.ts';
import type { RuleFinding } from '../../rules/verdict.ts';

export const withdrawnRef = 'refs/tuf/withdrawn';

/** The file of a withdrawn payload. */
export function withdrawnFile(event: string, main: ObjectId): Uint8Array {
  return Buffer.from(`${event}\n${main}\n`);
}

/** The file of the payload with this digest, if it was withdrawn. */
export function findWithdrawal(
  repository: BareRepository,
  digest: string,
): Promise<ObjectInfo | undefined> {
  return repository.find(withdrawnRef, digest);
}

/**
 * Those of the changed files whose payload was withdrawn: one question for each, all at once.
 * @param cache with the documents of the files, as the rules have read them
 * @param commit of `main` that makes these changes; undefined where nothing has made them yet
 */
export async function findWithdrawn(
  repository: BareRepository,
  changes: readonly StateChange[],
  cache: DocumentCache,
  commit?: ObjectId,
): Promise<readonly RuleFinding[]> {
  const asked = changes.flatMap(({ path = '', after }) => {
    const document = after === undefined ? undefined : cache.get(after.oid);
    return document === undefined || !isPayloadFile(path) ? [] : [{ path, document }];
  });
  const found = asked.map(async ({ path, document }) =>
    (await isWithdrawn(repository, document, commit)) ? [withdrawn(path)] : [],
  );
  return (await Promise.all(found)).flat();
}

async function isWithdrawn(
  repository: BareRepository,
  document: Document,
  commit: ObjectId | undefined,
): Promise<boolean> {
  const file = await findWithdrawal(repository, payloadDigest(document));
  if (file === undefined || commit === undefined) return file !== undefined;
  const [, main = ''] = (await repository.blob(file.oid, maxBytes)).toString('utf8').split('\n');
  return !(await repository.isAncestor(commit, objectId(main)));
}

const maxBytes = 1024;

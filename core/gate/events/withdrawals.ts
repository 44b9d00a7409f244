/**
 * Payloads that never land: withdrawn with the event that they were made in. `refs/tuf/withdrawn` is a
 * linear history of flat trees, one file for each, named by the digest of the payload and holding the
 * name of its event.
 *
 * Invariant: no payload is recorded that is on `main`, or ever was. So a commit of `main` that holds
 * one is bad, whenever it is judged.
 */
import type { BareRepository } from '../../git/binary/bare-repository.ts';
import type { Document } from '../../metadata/document.ts';
import { payloadDigest, withdrawn } from '../../rules/events/withdrawal.ts';
import type { DocumentCache } from '../../rules/repository.ts';
import { isPayloadFile, type StateChange } from '../../rules/state.ts';
import type { RuleFinding } from '../../rules/verdict.ts';

export const withdrawnRef = 'refs/tuf/withdrawn';

/**
 * Those of the changed files whose payload was withdrawn: one question for each, all at once.
 * @param cache with the documents of the files, as the rules have read them
 */
export async function findWithdrawn(
  repository: BareRepository,
  changes: readonly StateChange[],
  cache: DocumentCache,
): Promise<readonly RuleFinding[]> {
  const asked = changes.flatMap(({ path = '', after }) => {
    const document = after === undefined ? undefined : cache.get(after.oid);
    return document === undefined || !isPayloadFile(path) ? [] : [{ path, document }];
  });
  const found = asked.map(async ({ path, document }) =>
    (await isWithdrawn(repository, document)) ? [withdrawn(path)] : [],
  );
  return (await Promise.all(found)).flat();
}

async function isWithdrawn(repository: BareRepository, document: Document): Promise<boolean> {
  return (await repository.find(withdrawnRef, payloadDigest(document))) !== undefined;
}

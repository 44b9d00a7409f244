/**
 * Payloads that never land: withdrawn with the event that they were made in. `refs/tuf/withdrawn` is a
 * linear history of flat trees, one file for each, named by the digest of the payload and its role,
 * `9f86….alice`, and holding the name of its event and, on a second line, the tip of `main` at that time.
 * The role is there because a payload does not say whose it is: who may withdraw one role must not end
 * the payloads of another under its name.
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
import { payloadRole, type StateChange } from '../../rules/state.ts';
import type { RuleFinding } from '../../rules/verdict.ts';

export const withdrawnRef = 'refs/tuf/withdrawn';

/** The file of a withdrawn payload. */
export function withdrawnFile(event: string, main: ObjectId): Uint8Array {
  return Buffer.from(`${event}\n${main}\n`);
}

/** The message of the commit that records a withdrawal. */
export function withdrawnMessage(event: string): string {
  return `withdrawn: ${event}\n`;
}

/** The event that such a message tells of. */
export function withdrawnEvent(message: string): string | undefined {
  return /^withdrawn: (.+)\n/.exec(message)?.[1];
}

/** How the file of a withdrawn payload is called. */
export function withdrawnName(role: string, document: Document): string {
  return `${payloadDigest(document)}.${role}`;
}

/** The file of this name, if its payload was withdrawn. */
export function findWithdrawal(
  repository: BareRepository,
  name: string,
): Promise<ObjectInfo | undefined> {
  return repository.find(withdrawnRef, name);
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
    const role = payloadRole(path);
    return document === undefined || role === undefined
      ? []
      : [{ path, name: withdrawnName(role, document) }];
  });
  const found = asked.map(async ({ path, name }) =>
    (await isWithdrawn(repository, name, commit)) ? [withdrawn(path)] : [],
  );
  return (await Promise.all(found)).flat();
}

async function isWithdrawn(
  repository: BareRepository,
  name: string,
  commit: ObjectId | undefined,
): Promise<boolean> {
  const file = await findWithdrawal(repository, name);
  if (file === undefined || commit === undefined) return file !== undefined;
  const [, main = ''] = (await repository.blob(file.oid, maxBytes)).toString('utf8').split('\n');
  return !(await repository.isAncestor(commit, objectId(main)));
}

const maxBytes = 1024;

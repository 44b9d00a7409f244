import { fault, TufOnGitError } from '../../error/error.ts';
import type { BareRepository } from '../../git/binary/bare-repository.ts';
import { tufOnGit } from '../../git/binary/person.ts';
import type { ObjectId } from '../../git/object-id.ts';
import { eventOf, eventRefs, mainRef, pastEventRefs } from '../../rules/ref-rules.ts';
import { eventPayloads } from './event-payloads.ts';
import { findWithdrawal, withdrawnFile, withdrawnMessage, withdrawnRef } from './withdrawals.ts';

export interface Withdrawal {
  readonly name: string;
  readonly tip: ObjectId;
  /** How many payloads never land any more. */
  readonly payloads: number;
}

/** How often somebody may push meanwhile. */
const mostAttempts = 8;

/**
 * Ends an open event for good: each payload that any commit of it has had is recorded, and its branch
 * becomes `refs/tuf/events/NAME`, all at once and only if `main` stays where it is. What is on `main`
 * already is not withdrawn.
 * @param roles whose payloads are recorded; absent: of all
 * @throws `usage.argument` where no event of that name is open
 */
export async function withdrawEvent(
  repository: BareRepository,
  name: string,
  time: Date,
  roles?: ReadonlySet<string>,
): Promise<Withdrawal> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await withdrawOnce(repository, name, time, roles);
    } catch (error) {
      const isLate = error instanceof TufOnGitError && error.code === 'repository.stale';
      if (!isLate || attempt === mostAttempts) throw error;
    }
  }
}

async function withdrawOnce(
  repository: BareRepository,
  name: string,
  time: Date,
  roles: ReadonlySet<string> | undefined,
): Promise<Withdrawal> {
  const ref = `${eventRefs}${name}`;
  const refs =
    eventOf(ref) === undefined ? [] : await repository.listRefs(mainRef, ref, withdrawnRef);
  const at = new Map(refs.map((each) => [each.name, each.oid]));
  const [main, tip, record] = [at.get(mainRef), at.get(ref), at.get(withdrawnRef)];
  if (main === undefined || tip === undefined) {
    throw fault('usage.argument', `event ${name}`, 'no event of this name is open', {
      hint: 'tuf-on-git event list HOME shows those that are',
    });
  }
  const payloads = await eventPayloads(repository, main, tip, roles);
  const next = await writeRecord(repository, record, { name, main, payloads, time });
  await repository.updateRefs(
    [
      { ref: mainRef, from: main, to: main },
      { ref: withdrawnRef, from: record, to: next },
      { ref: `${pastEventRefs}${name}`, from: undefined, to: tip },
      { ref, from: tip, to: undefined },
    ],
    { message: `withdrawn: ${name}`, by: tufOnGit, time },
  );
  return { name, tip, payloads: payloads.size };
}

interface WithdrawnPayloads {
  readonly name: string;
  readonly main: ObjectId;
  readonly payloads: ReadonlySet<string>;
  readonly time: Date;
}

/** What was withdrawn before stays as it was recorded then. */
async function writeRecord(
  repository: BareRepository,
  record: ObjectId | undefined,
  { name, main, payloads, time }: WithdrawnPayloads,
): Promise<ObjectId> {
  const blob = await repository.writeBlob(withdrawnFile(name, main));
  const files = new Map<string, ObjectId>();
  for (const each of payloads) {
    if ((await findWithdrawal(repository, each)) === undefined) files.set(each, blob);
  }
  return repository.writeCommit({
    tree: await repository.writeTree(record, files),
    parents: record === undefined ? [] : [record],
    message: withdrawnMessage(name),
    author: tufOnGit,
    time,
  });
}

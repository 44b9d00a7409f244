import type { BareRepository } from '../git/binary/bare-repository.ts';
import type { ObjectId } from '../git/object-id.ts';
import { parseDocument, type Document } from '../metadata/document.ts';
import { readEventRoles, type EventRole } from '../rules/event-roles.ts';
import type { PushedRole } from '../rules/event-rules.ts';
import {
  entryOf,
  isFile,
  isRootVersion,
  isSameSide,
  roleOf,
  type RepositoryState,
  type StateChange,
} from '../rules/state.ts';
import { findingOf } from '../rules/verdict.ts';
import { readEvent, type SigningEvent } from './events.ts';
import { readChanges, readState } from './state.ts';

/**
 * The roles whose files a push changes on its event; `root.json` apart, which repeats a version.
 * @param from where the event was; undefined when the push starts it
 * @param roles those of the event with the push
 */
export async function readPushedRoles(
  repository: BareRepository,
  event: SigningEvent,
  from: ObjectId | undefined,
  roles: readonly EventRole[],
): Promise<readonly PushedRole[]> {
  const all = await readChanges(repository, from ?? event.base, event.tip);
  const changes = all.filter(({ path = '' }) => isRootVersion(path) || roleOf(path) !== undefined);
  const [was, is, base, main] = await Promise.all(
    [from ?? event.base, event.tip, event.base, event.main].map((commit) =>
      readState(repository, commit),
    ),
  );
  if (!was || !is || !base || !main) return [];
  const byFile = new Map(roles.map((role) => [role.file, role]));
  const lost = changes.some(({ shown }) => !byFile.has(shown));
  const before = lost ? await rolesBefore(repository, event, from) : [];
  const delegators = new Map(before.map(({ file, delegator }) => [file, delegator]));
  return Promise.all(
    changes.map(async (change) => {
      const { path = '', shown } = change;
      const role = byFile.get(shown);
      const onMain = await main.find(path);
      return {
        name: roleOf(path) ?? 'root',
        file: shown,
        delegator: role === undefined ? delegators.get(shown) : role.delegator,
        before: await documentOf(was, change, 'before'),
        after: await documentOf(is, change, 'after'),
        authorities: role?.authorities ?? [],
        isAsOnMain: isSameSide(change.after, onMain) && !isSameSide(onMain, await base.find(path)),
      };
    }),
  );
}

/** Who delegated to roles that are no longer part of the event, as far as that still can be told. */
async function rolesBefore(
  repository: BareRepository,
  { name, ref, main }: SigningEvent,
  from: ObjectId | undefined,
): Promise<readonly EventRole[]> {
  if (from === undefined) return [];
  try {
    const before = await readEvent(repository, { name, ref, tip: from }, main);
    return await readEventRoles(before.candidate);
  } catch (error) {
    findingOf(error); // main may have moved on so that nothing of it holds any more
    return [];
  }
}

async function documentOf(
  state: RepositoryState,
  change: StateChange,
  which: 'before' | 'after',
): Promise<Document | undefined> {
  const side = change[which];
  if (side === undefined || !isFile(side)) return undefined;
  const type = isRootVersion(change.path ?? '') ? 'root' : 'targets';
  return parseDocument(type, await state.read(entryOf(change, side)), change.shown);
}

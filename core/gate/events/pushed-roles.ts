import type { BareRepository } from '../../git/binary/bare-repository.ts';
import type { ObjectId } from '../../git/object-id.ts';
import { parseDocument, type Document } from '../../metadata/document.ts';
import { readEventRoles, type EventRole } from '../../rules/events/event-roles.ts';
import type { PushedRole } from '../../rules/events/event-rules.ts';
import {
  entryOf,
  isFile,
  isRootVersion,
  isSameSide,
  roleOf,
  type RepositoryState,
  type StateChange,
} from '../../rules/state.ts';
import { findingOf } from '../../rules/verdict.ts';
import { hadPayload } from './event-payloads.ts';
import { readEvent, type SigningEvent } from './read-event.ts';
import { readChanges, readState } from '../state.ts';

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
  const byFile = new Map(roles.map((role) => [role.file, role]));
  const isLost = changes.some(({ shown }) => !byFile.has(shown));
  const before = isLost ? await rolesBefore(repository, event, from) : [];
  const delegators = new Map(before.map(({ file, delegator }) => [file, delegator]));
  const states = {
    was: await readState(repository, from ?? event.base),
    is: await readState(repository, event.tip),
    base: await readState(repository, event.base),
    main: await readState(repository, event.main),
  };
  const earlier = event.commits.slice(0, event.commits.findIndex(({ oid }) => oid === from) + 1);
  const isBack = (path: string, payload: Document) =>
    hadPayload(repository, earlier, path, payload);
  return Promise.all(
    changes.map((change) => {
      const { shown } = change;
      const { delegator, authorities } = byFile.get(shown) ?? {
        delegator: delegators.get(shown),
        authorities: [],
      };
      return pushedRole(change, states, { delegator, authorities }, isBack);
    }),
  );
}

type States = Readonly<Record<'was' | 'is' | 'base' | 'main', RepositoryState>>;

async function pushedRole(
  change: StateChange,
  { was, is, base, main }: States,
  known: Pick<PushedRole, 'delegator' | 'authorities'>,
  isBack: (path: string, payload: Document) => Promise<boolean>,
): Promise<PushedRole> {
  const { path = '', shown } = change;
  const after = await documentOf(is, change, 'after');
  const onMain = await main.find(path);
  return {
    ...known,
    name: roleOf(path) ?? 'root',
    file: shown,
    before: await documentOf(was, change, 'before'),
    after,
    isAsOnMain: isSameSide(change.after, onMain) && !isSameSide(onMain, await base.find(path)),
    isBack: after !== undefined && (await isBack(path, after)),
  };
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

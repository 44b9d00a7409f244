/**
 * `.signing-event-state`: what a signing event holds beside its change of the repository.
 *
 *     { "invitations": […], "withdrawal": { "keyid": "3f1c…", "sig": "9f86…" } }
 *
 * It lives on the event's branch alone. The withdrawal is there once somebody has ended the event.
 */
import { fault } from '../../error/error.ts';
import { isObject, type JsonValue } from '../../metadata/json.ts';
import { checkStrictJson } from '../../metadata/strict-json.ts';
import { parseInvitations, type Invitation, type InvitedTo } from './invitations.ts';
import { eventStateFile, type RepositoryState } from '../state.ts';
import { parseWithdrawal, type SignedWithdrawal } from './withdrawal.ts';

/** Asked before the file is read. */
const maxEventStateBytes = 65_536;

export interface EventState {
  readonly invitations: readonly Invitation[];
  /** Undefined while nobody has withdrawn the event. */
  readonly withdrawal: SignedWithdrawal | undefined;
}

/** That of an event without such a file. */
export const emptyEventState: EventState = { invitations: [], withdrawal: undefined };

/** What the tree of an event holds beside its change. @throws `event.form` */
export async function readEventState(
  state: RepositoryState,
  invited: InvitedTo,
): Promise<EventState> {
  const entry = await state.find(eventStateFile);
  if (entry === undefined) return emptyEventState;
  if (entry.mode !== '100644' || (await state.size(entry)) > maxEventStateBytes) {
    const message = `it is a plain file of at most ${maxEventStateBytes} bytes`;
    throw fault('event.form', eventStateFile, message);
  }
  return parseEventState(await state.read(entry), invited);
}

/**
 * Whose the withdrawal is has still to be judged.
 * @throws `event.form` for anything that is not such a file, or a proof that does not hold
 */
export function parseEventState(bytes: Uint8Array, invited: InvitedTo): EventState {
  const [wrong] = checkStrictJson(bytes, eventStateFile);
  if (wrong !== undefined) throw fault('event.form', wrong.where, wrong.message);
  const json = JSON.parse(new TextDecoder().decode(bytes)) as JsonValue;
  const { invitations, withdrawal, ...rest } = isObject(json) ? json : {};
  if (!Array.isArray(invitations) || Object.keys(rest).length > 0) {
    const message = 'it is not {"invitations": […]}, with a withdrawal or without';
    throw fault('event.form', eventStateFile, message);
  }
  return {
    invitations: parseInvitations(invitations, invited),
    withdrawal: withdrawal === undefined ? undefined : parseWithdrawal(withdrawal),
  };
}

/**
 * Roles of an event that have to be made again before it can land (rule 27): those that main has moved
 * on, and those whose signatures the event itself has left behind. What the event changes of such a role
 * is changed anew in what main has; all other roles keep their signatures.
 */
import { parseDocument, type Document } from '../../core/metadata/document.ts';
import type { JsonObject } from '../../core/metadata/json.ts';
import { mergeSigned } from '../../core/metadata/merge-signed.ts';
import type { EventRole } from '../../core/rules/events/event-roles.ts';
import { rootFile } from '../../core/rules/state.ts';
import type { SigningEvent } from './event.ts';
import { versionOnMain } from './remake-role.ts';

/** A role to make again. */
export interface Remake {
  readonly role: string;
  readonly content: JsonObject;
  /** Why. */
  readonly lines: readonly string[];
}

export interface Overtaken {
  readonly remakes: readonly Remake[];
  /** Roles in which main and the event both changed one thing, and which. */
  readonly conflicts: ReadonlyMap<string, readonly string[]>;
}

/** @param isOurs whether a role is to be looked at */
export async function overtakenRoles(
  event: SigningEvent,
  isOurs: (role: string) => boolean,
): Promise<Overtaken> {
  const remakes: Remake[] = [];
  const conflicts = new Map<string, readonly string[]>();
  for (const [name, role] of newestOf(event)) {
    const { document, isStale, isLeftBehind } = role;
    if (document === undefined || !(isStale || isLeftBehind) || !isOurs(name)) continue;
    if (!isStale) {
      remakes.push({ role: name, content: document.signedJson, lines: [leftBehind(name)] });
      continue;
    }
    const base = await documentAtBase(event, role);
    const theirs = onMain(event, name)?.signedJson ?? {};
    const merged = mergeSigned(base?.signedJson, document.signedJson, theirs);
    if (merged.conflicts.length > 0) conflicts.set(name, merged.conflicts);
    else remakes.push({ role: name, content: merged.signed, lines: [movedOn(event, name)] });
  }
  return { remakes, conflicts };
}

/** An event may hold several roots; what it wants is what the last of them says. */
function newestOf({ roles }: SigningEvent): ReadonlyMap<string, EventRole> {
  return new Map(roles.map((role) => [role.name, role]));
}

async function documentAtBase(
  { candidate: { ground } }: SigningEvent,
  { name, file }: EventRole,
): Promise<Document | undefined> {
  const entry = await ground.find(name === 'root' ? rootFile : file);
  const type = name === 'root' ? 'root' : 'targets';
  return entry && parseDocument(type, await ground.read(entry), entry.shown);
}

function onMain({ main: { repository } }: SigningEvent, name: string): Document | undefined {
  return name === 'root' ? repository.root : repository.roles.get(name)?.document;
}

function movedOn({ main }: SigningEvent, name: string): string {
  const version = versionOnMain(main, name);
  return `${name} is made again as version ${version + 1}: main has version ${version} by now`;
}

function leftBehind(name: string): string {
  return `${name} is made again: it lacks signatures by those who sign it now`;
}

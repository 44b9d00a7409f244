/** The next version of a role on an open event: what it says is given, version and expiry follow from main. */
import type { ObjectId } from '../../core/git/object-id.ts';
import { formatDocument } from '../../core/metadata/document.ts';
import { nextVersion } from '../../core/metadata/draft.ts';
import { equalJson, type JsonObject } from '../../core/metadata/json.ts';
import { isRootVersion, roleFile, rootFile, rootHistoryFile } from '../../core/rules/state.ts';
import type { Base } from '../workspace/base.ts';
import { readEvent, type SigningEvent } from './event.ts';
import type { Project } from '../workspace/project.ts';

/** Contents by path; undefined: the file goes. */
export type EventFiles = ReadonlyMap<string, Uint8Array | undefined>;

/**
 * The files of that version, unsigned.
 * @param now the version is made, and lives from; one that the event has already lives a second less
 */
export function remadeRole(
  event: SigningEvent,
  name: string,
  content: JsonObject,
  now: Date,
): EventFiles {
  const { main } = event;
  const onMain = versionOnMain(main, name);
  const context = { now, policy: main.policy };
  const signed = nextVersion(content, name, onMain, context);
  const isThere = event.roles.some(({ document }) => equalJson(document?.signedJson, signed));
  if (isThere) return remadeRole(event, name, content, new Date(now.getTime() - 1000));
  const bytes = formatDocument(signed, []);
  if (name !== 'root') return new Map([[roleFile(name), bytes]]);
  return new Map([...rootVersions(event), [rootHistoryFile(onMain + 1), bytes], [rootFile, bytes]]);
}

/** 0 for a role that main does not have. */
export function versionOnMain({ repository: { root, roles } }: Base, name: string): number {
  const document = name === 'root' ? root : roles.get(name)?.document;
  return document?.signed.version ?? 0;
}

/** The event as it would be with these files; no ref moves. */
export async function eventWith(
  { git, now }: Project,
  { main, name, tip }: SigningEvent,
  files: EventFiles,
): Promise<SigningEvent> {
  const author = { name: 'nobody', email: 'nobody@localhost' };
  const commit: ObjectId = await git.commitOnto(tip, { files, message: name, author, time: now });
  return readEvent(git, main, name, commit);
}

/** Of the versions of root that the event makes main's are kept, and no others. */
function rootVersions({ candidate, main }: SigningEvent): EventFiles {
  const paths = candidate.changes.flatMap(({ path = '' }) => (isRootVersion(path) ? [path] : []));
  const known = [...main.files].filter(([path]) => isRootVersion(path));
  return new Map([...paths.map((path) => [path, undefined] as const), ...known]);
}

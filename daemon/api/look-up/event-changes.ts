/** What landing a signing event would change, role by role. */
import { parseDocument, type Document } from '../../../core/metadata/document.ts';
import type { Candidate } from '../../../core/rules/events/candidate.ts';
import type { EventRole } from '../../../core/rules/events/event-roles.ts';
import { versionBefore } from '../../../core/rules/events/version-before.ts';
import { describeRole } from '../../../core/rules/words/describe-role.ts';
import { goneAnswer, roleChangeAnswer, type RoleChangeAnswer } from '../role-changes.ts';

const mostRoles = 100;

export interface EventChanges {
  readonly changes: (RoleChangeAnswer & { words: string[] })[];
  readonly moreRoles?: number;
}

export async function eventChanges(
  candidate: Candidate,
  roles: readonly EventRole[],
  now: Date,
): Promise<EventChanges> {
  const changed = roles.filter(({ isLeftBehind }) => !isLeftBehind);
  const changes: EventChanges['changes'] = [];
  for (const role of changed.slice(0, mostRoles)) {
    changes.push(await changeOf(candidate, role, now));
  }
  const more = changed.length - changes.length;
  return { changes, ...(more === 0 ? {} : { moreRoles: more }) };
}

async function changeOf(
  candidate: Candidate,
  { name, file, document: after }: EventRole,
  now: Date,
): Promise<EventChanges['changes'][number]> {
  if (after === undefined) {
    const gone = goneAnswer(name, await groundOf(candidate, file));
    return { ...gone, words: [gone.summary] };
  }
  const before = await versionBefore(candidate, file, after);
  const role = { name, file, before, after };
  return { ...roleChangeAnswer(role), words: [...describeRole(role, now)] };
}

async function groundOf(
  { ground }: Candidate,
  file: string,
): Promise<Document<'targets'> | undefined> {
  const entry = await ground.find(file);
  return entry && parseDocument('targets', await ground.read(entry), entry.shown);
}

/**
 * Drafts that others have to sign go to the server as the branch of a signing event, and leave the
 * workspace: from then on the event holds them.
 */
import { movedOn, setBack } from '../workspace/carry-over.ts';
import { requireDrafts, workingState, type WorkingState } from '../workspace/drafts.ts';
import { checkedEventName, eventVerdict, readEvent, type SigningEvent } from './event.ts';
import { eventCommit, type PushEventOrder } from './event-commit.ts';
import { verifiedMain, type Project } from '../workspace/project.ts';
import { refuseUncommitted } from '../workspace/push.ts';
import { refuseFindings } from '../workspace/refuse.ts';
import { refused, send } from '../workspace/send.ts';

/**
 * Starts the event with what `sign` committed, or adds it to the event that is open under the name.
 * @throws `workspace.nothing-to-do`, `workspace.dirty`, `workspace.base` when main or the event have
 *   something else of the same roles; the rule's code when the drafts do not hold or the hook refused
 */
export async function pushEvent(project: Project, order: PushEventOrder): Promise<SigningEvent> {
  const { git } = project;
  const name = checkedEventName(order.event);
  await git.fetch();
  const working = await workingState(project);
  requireDrafts(working);
  const paths = await refuseUncommitted(project, working, order);
  const main = await verifiedMain(project);
  const commit = await eventCommit(project, main, working, { ...order, paths });
  const event = await readEvent(git, main, name, commit);
  refuseMoved(event, working);
  refuseFindings(await eventVerdict(project, event));
  const remoteRef = `sign/${name}`;
  const result = await send(git, { ref: commit, remoteRef, onMessage: order.onLine });
  if (!result.accepted) throw refused(result, remoteRef);
  order.onProgress(`accepted: event ${name} holds the change`);
  await setBack(project, working.base, [...paths.changed, ...paths.removed]);
  return event;
}

/** Drafts on an old main would only wait there for somebody to make them again. */
function refuseMoved({ roles }: SigningEvent, { drafts }: WorkingState): void {
  const files = new Set(drafts.map(({ file }) => file));
  const moved = roles.find(({ file, isStale: isBehind }) => isBehind && files.has(file));
  if (moved !== undefined) throw movedOn(moved.file);
}

import type { Cli } from '../terminal/cli.ts';
import type { EventOptions } from '../terminal/event-options.ts';
import { serverLines } from '../terminal/server-lines.ts';
import { authorOf, commitDrafts } from '../workspace/commit-drafts.ts';
import { workingState, type WorkingState } from '../workspace/drafts.ts';
import { checkedEventName } from '../events/event.ts';
import type { Project } from '../workspace/project.ts';
import { pushEvent } from '../events/push-event.ts';
import { withEdits, writeDrafts, type Redraft } from '../workspace/redraft.ts';
import { reportEvent } from '../events/report-event.ts';
import { writeSigned } from '../workspace/sign-drafts.ts';
import { signWorking } from '../workspace/sign-working.ts';

/**
 * Signs the drafts with these edits by the keys of the workspace, sends them as a signing event and
 * says who else must sign. Nothing is written before everything is signed.
 * @throws what `signWorking` and `pushEvent` do, and `workspace.waiting` while others must sign
 */
export async function sendAsEvent(
  cli: Cli,
  project: Project,
  working: WorkingState,
  edits: readonly Redraft[],
  options: EventOptions & { readonly event: string },
): Promise<void> {
  const event = checkedEventName(options.event);
  const { files, owner } = await signWorking(cli, project, await withEdits(working, edits), {
    ...(options.yes === undefined ? {} : { yes: options.yes }),
  });
  await writeDrafts(project, edits);
  await writeSigned(project, files);
  await commitDrafts(project, await workingState(project), authorOf(cli.env, owner));
  const order = { ...serverLines(cli.out), event, replace: false };
  reportEvent(cli.out, await pushEvent(project, order), false);
}

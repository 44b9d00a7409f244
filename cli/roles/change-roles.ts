import { visible } from '../../core/error/error.ts';
import type { Cli } from '../terminal/cli.ts';
import type { EventOptions } from '../terminal/event-options.ts';
import { fetchAndMove } from '../workspace/carry-over.ts';
import { workingState, type WorkingState } from '../workspace/drafts.ts';
import { openProject } from '../workspace/project.ts';
import type { Redraft } from '../workspace/redraft.ts';
import { givenToken } from '../workspace/token.ts';
import { draftEdits } from './draft-edits.ts';
import { sendAsEvent } from './send-as-event.ts';

export interface RolesChange {
  readonly edits: readonly Redraft[];
  /** What is said of it. */
  readonly lines: readonly string[];
  /** Roles whose keys have to sign it. */
  readonly signers: readonly string[];
}

/**
 * Drafts a change of roles, or with `--event` makes it on main as it is now and sends it.
 * @param make says what to change; writes nothing
 */
export async function changeRoles(
  cli: Cli,
  options: EventOptions,
  make: (working: WorkingState, now: Date) => Promise<RolesChange>,
): Promise<void> {
  const { event } = options;
  const token = await givenToken(options, cli.cwd, cli.out);
  const remade = event === undefined ? [] : await fetchAndMove(await openProject(cli, token));
  for (const text of remade) cli.out.say(text);
  const project = await openProject(cli, token);
  const working = await workingState(project);
  const change = await make(working, project.now);
  if (event !== undefined) {
    for (const text of change.lines) cli.out.say(text);
    await sendAsEvent(cli, project, working, change.edits, { ...options, event });
    return;
  }
  await draftEdits(project, working, change.edits);
  for (const text of change.lines) cli.out.result(text);
  cli.out.say(`next: tuf-on-git sign, by the keys of ${visible(change.signers.join(' and of '))}`);
}

import type { Command } from 'commander';
import { visible } from '../../core/error/error.ts';
import { examples } from '../terminal/arguments.ts';
import type { Cli } from '../terminal/cli.ts';

/** `role remove`: takes a delegation away, with all that hangs on it. */
export function register(role: Command, cli: Cli): void {
  const command = role
    .command('remove <name>')
    .description(
      'draft that a role goes: its delegation, its file and target files, and roles below',
    )
    .action((name: string) => removeRole(cli, name));
  examples(command, 'tuf-on-git role remove project');
}

async function removeRole(cli: Cli, name: string): Promise<void> {
  const { roleRemoval } = await import('../roles/remove-role.ts');
  const { draftEdits } = await import('../roles/draft-edits.ts');
  const { workingState } = await import('../workspace/drafts.ts');
  const { openProject } = await import('../workspace/project.ts');
  const project = await openProject(cli);
  const working = await workingState(project);
  const { edits, delegator, roles } = await roleRemoval(working, name, project.now);
  await draftEdits(project, working, edits);
  for (const each of roles) cli.out.result(`${visible(each)}: removed`);
  cli.out.say(`next: tuf-on-git sign, by the keys of ${delegator}`);
}

import type { Command } from 'commander';
import { examples } from '../terminal/arguments.ts';
import type { Cli } from '../terminal/cli.ts';

interface RemoveOptions {
  readonly role?: string;
}

/** `remove`: takes a target off the list of its role. Nothing is signed yet. */
export function register(program: Command, cli: Cli): void {
  const command = program
    .command('remove <targetpath>')
    .description('draft the removal of a target, file included')
    .option('--role <name>', 'the role to take it from, where several list it')
    .action((target: string, options: RemoveOptions) => remove(cli, target, options));
  examples(command, 'tuf-on-git remove project/tool-1.1.0.tgz');
}

async function remove(cli: Cli, target: string, options: RemoveOptions): Promise<void> {
  const { workingState } = await import('../workspace/drafts.ts');
  const { openProject } = await import('../workspace/project.ts');
  const { draftRemoval } = await import('../workspace/targets.ts');
  const project = await openProject(cli);
  const working = await workingState(project);
  const role = await draftRemoval(project, working, target, options.role);
  cli.out.result(`${target}: removed from ${role}`);
  cli.out.say('next: tuf-on-git sign');
}

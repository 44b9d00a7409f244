import type { Command } from 'commander';
import { visible } from '../../core/error/error.ts';
import { examples } from '../terminal/arguments.ts';
import type { Cli } from '../terminal/cli.ts';
import { addEventOptions, type EventOptions } from '../terminal/event-options.ts';

/** `role remove`: takes a delegation away, with all that hangs on it. */
export function register(role: Command, cli: Cli): void {
  const command = role
    .command('remove <name>')
    .description(
      'draft that a role goes: its delegation, its file and target files, and roles below',
    );
  addEventOptions(command).action((name: string, options: EventOptions) =>
    removeRole(cli, name, options),
  );
  examples(command, 'tuf-on-git role remove project');
}

async function removeRole(cli: Cli, name: string, options: EventOptions): Promise<void> {
  const { changeRoles } = await import('../roles/change-roles.ts');
  const { roleRemoval } = await import('../roles/remove-role.ts');
  await changeRoles(cli, options, async (working, now) => {
    const { edits, delegator, roles } = await roleRemoval(working, name, now);
    const lines = roles.map((role) => `${visible(role)}: removed`);
    return { edits, lines, signers: [delegator] };
  });
}

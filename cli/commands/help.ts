import type { Command } from 'commander';
import { fault } from '../../core/error/error.ts';
import { topics } from '../help/topics.ts';
import { examples } from '../terminal/arguments.ts';
import type { Cli } from '../terminal/cli.ts';

/** `help [NAME…]`: all commands; a command, as its `--help`; or a topic. */
export function register(program: Command, cli: Cli): void {
  const help = program
    .command('help [name...]')
    .description(`the help of a command, or a topic: ${Object.keys(topics).join(', ')}`)
    .action((names: readonly string[]) => show(cli, names));
  const list = Object.entries(topics).map(([name, { about }]) => `  ${name.padEnd(14)} ${about}`);
  help.addHelpText('after', ['', 'Topics:', ...list].join('\n'));
  examples(help, 'tuf-on-git help exit-status', 'tuf-on-git help role add');
}

async function show(cli: Cli, names: readonly string[]): Promise<void> {
  const { allCommands } = await import('../all-commands.ts');
  const { programFor } = await import('../run-program.ts');
  const [, topic] = Object.entries(topics).find(([name]) => name === names.join(' ')) ?? [];
  if (topic !== undefined) {
    cli.out.result((await topic.load()).text());
    return;
  }
  const program = await programFor(names[0], allCommands, cli);
  names.reduce(inner, program).outputHelp();
}

function inner(command: Command, name: string): Command {
  const found = command.commands.find((each) => each.name() === name);
  if (found !== undefined) return found;
  throw fault('usage.argument', name, 'there is neither a command nor a topic of this name', {
    hint: `the topics are ${Object.keys(topics).join(', ')}`,
  });
}

/** Runs the command that is asked for. */
import { Command } from 'commander';
import { packageVersion } from './programs.ts';
import { makeCli, type Cli } from './terminal/cli.ts';
import { reportFailure } from './terminal/report-failure.ts';

/** How a command is loaded: `register` puts it into the program. */
type Load = () => Promise<{ readonly register: (program: Command, cli: Cli) => void }>;

export type CommandTable<Name extends string = string> = Readonly<Record<Name, Load>>;

/** @param groups commands by name, in groups by their headings in `--help` */
export async function runProgram(groups: Readonly<Record<string, CommandTable>>): Promise<void> {
  const { argv, stdout } = process;
  const cli = makeCli();
  stdout.on('error', endQuietly);
  try {
    await (await programFor(argv[2], groups, cli)).parseAsync(argv);
  } catch (error) {
    process.exitCode = reportFailure(error, cli);
  }
}

/** With the command of that name alone, for the others take time to load; else with all of them. */
export async function programFor(
  name: string | undefined,
  groups: Readonly<Record<string, CommandTable>>,
  cli: Cli,
): Promise<Command> {
  const program = emptyProgram(cli);
  const named = Object.values(groups).flatMap((table) => Object.entries(table));
  const asked = named.find(([command]) => command === name);
  if (asked !== undefined) {
    (await asked[1]()).register(program, cli);
    return program;
  }
  for (const [group, table] of Object.entries(groups)) {
    program.commandsGroup(group);
    for (const load of Object.values(table)) (await load()).register(program, cli);
  }
  return program;
}

function emptyProgram(cli: Cli): Command {
  return (
    new Command('tuf-on-git')
      .description(
        'A repository for The Update Framework that needs nothing but git and one daemon.',
      )
      .version(packageVersion())
      // Ours knows topics too (commands/help.ts).
      .helpCommand(false)
      .exitOverride()
      .configureOutput({
        outputError: (text) => {
          cli.out.error(oneLine(text));
        },
      })
  );
}

/** Commander puts its suggestion on a line of its own. */
function oneLine(text: string): string {
  return text
    .replace(/^error: /, '')
    .trim()
    .replace(/\s*\n\s*/g, ' ');
}

/** Whoever read our output has seen enough, as in `tuf-on-git list | head`. */
function endQuietly(error: NodeJS.ErrnoException): void {
  if (error.code !== 'EPIPE') throw error;
  process.exit(0);
}

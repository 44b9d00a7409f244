/** The command line: which commands there are. Each is a file of commands/. */
import { Command } from 'commander';
import { register as accept } from './commands/accept.ts';
import { register as add } from './commands/add.ts';
import { register as backup } from './commands/backup.ts';
import { register as clone } from './commands/clone.ts';
import { register as event } from './commands/event.ts';
import { register as get } from './commands/get.ts';
import { register as hook } from './commands/hook.ts';
import { register as info } from './commands/info.ts';
import { register as init } from './commands/init.ts';
import { register as key } from './commands/key.ts';
import { register as list } from './commands/list.ts';
import { register as push } from './commands/push.ts';
import { register as refresh } from './commands/refresh.ts';
import { register as remove } from './commands/remove.ts';
import { register as repair } from './commands/repair.ts';
import { register as restore } from './commands/restore.ts';
import { register as role } from './commands/role.ts';
import { register as serve } from './commands/serve.ts';
import { register as sign } from './commands/sign.ts';
import { register as signer } from './commands/signer.ts';
import { register as status } from './commands/status.ts';
import { register as target } from './commands/target.ts';
import { register as token } from './commands/token.ts';
import { register as trust } from './commands/trust.ts';
import { register as upload } from './commands/upload.ts';
import { register as verify } from './commands/verify.ts';
import { packageVersion } from './programs.ts';
import { makeCli, type Cli } from './terminal/cli.ts';
import { reportFailure } from './terminal/report-failure.ts';

type Register = (program: Command, cli: Cli) => void;

/** As `--help` lists them, by who needs them. */
const groups: Readonly<Record<string, readonly Register[]>> = {
  'For operators:': [init, serve, verify, repair, backup, restore, target, token, hook, signer],
  'For keys:': [key],
  'For maintainers:': [clone, status, add, remove, role, sign, push, event, accept, upload],
  'For downloaders:': [trust, refresh, list, info, get],
};

void run(process.argv, makeCli());

async function run(argv: readonly string[], cli: Cli): Promise<void> {
  process.stdout.on('error', endQuietly);
  try {
    await program(cli).parseAsync(argv);
  } catch (error) {
    process.exitCode = reportFailure(error, cli);
  }
}

function program(cli: Cli): Command {
  const program = new Command('tuf-on-git')
    .description('A repository for The Update Framework that needs nothing but git and one daemon.')
    .version(packageVersion())
    .exitOverride()
    .configureOutput({
      outputError: (text) => {
        cli.out.error(oneLine(text));
      },
    });
  for (const [group, registers] of Object.entries(groups)) {
    program.commandsGroup(group);
    for (const register of registers) register(program, cli);
  }
  return program;
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

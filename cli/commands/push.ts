import type { Command } from 'commander';
import { examples, wholeNumber } from '../terminal/arguments.ts';
import type { Cli } from '../terminal/cli.ts';
import type { TokenOptions } from '../workspace/token.ts';

interface PushOptions extends TokenOptions {
  readonly json?: true;
}

/** `push`: sends what is signed; the server's rules decide. */
export function register(program: Command, cli: Cli): void {
  const command = program
    .command('push')
    .description('send what is signed; the server checks it and says what it thinks of it')
    .option('--token-file <file>', 'token for a server that is reached over HTTP')
    .option('--token-fd <number>', 'the same, from a file descriptor', wholeNumber(0))
    .option('--json', 'as JSON')
    .action((options: PushOptions) => push(cli, options));
  examples(command, 'tuf-on-git push', 'tuf-on-git push --token-file alice.token');
}

async function push(cli: Cli, options: PushOptions): Promise<void> {
  const { openProject } = await import('../workspace/project.ts');
  const { pushProject } = await import('../workspace/push.ts');
  const { givenToken } = await import('../workspace/token.ts');
  const token = await givenToken(options, cli.cwd, cli.out);
  const project = await openProject(cli, token);
  const commit = await pushProject(project, {
    onLine: (text) => {
      cli.out.say(`server: ${text}`);
    },
    onProgress: (text) => {
      cli.out.say(text);
    },
  });
  if (options.json === true) cli.out.json({ commit: commit ?? null });
  else if (commit === undefined) cli.out.say('nothing to push');
  else cli.out.result(`accepted: main is at ${commit.slice(0, 12)}`);
}

import path from 'node:path';
import type { Command } from 'commander';
import { examples } from '../terminal/arguments.ts';
import type { Cli } from '../terminal/cli.ts';
import { addKeyOptions, type KeyOptions } from '../terminal/key-options.ts';
import { addTokenOptions } from '../terminal/token-options.ts';
import type { TokenOptions } from '../workspace/token.ts';

interface AddOptions extends KeyOptions, TokenOptions {
  readonly role?: string;
}

/** `add`: lists a file in the role that its path belongs to. Nothing is signed yet. */
export function register(program: Command, cli: Cli): void {
  const command = program
    .command('add <targetpath> <file>')
    .description('draft a new or changed target: takes the file into the workspace')
    .option('--role <name>', 'the role to list it in, where your keys do not say which');
  addTokenOptions(addKeyOptions(command)).action(
    (target: string, file: string, options: AddOptions) => add(cli, target, file, options),
  );
  examples(command, 'tuf-on-git add project/tool-1.2.0.tgz ~/build/tool-1.2.0.tgz');
}

async function add(cli: Cli, target: string, file: string, options: AddOptions): Promise<void> {
  const { sendBlobs } = await import('../workspace/blobs.ts');
  const { workingState } = await import('../workspace/drafts.ts');
  const { keysOf } = await import('../workspace/key-setup.ts');
  const { openProject } = await import('../workspace/project.ts');
  const { givenToken } = await import('../workspace/token.ts');
  const { draftTarget } = await import('../workspace/targets.ts');
  const project = await openProject(cli, await givenToken(options, cli.cwd, cli.out));
  const working = await workingState(project);
  const { keys } = await keysOf(cli, options, project.settings);
  const source = path.resolve(cli.cwd, file);
  const { role, outcome, length, sha256 } = await draftTarget(project, working, {
    target,
    source,
    role: options.role,
    keys,
    sendBlob: (blob) => sendBlobs(project, [blob], cli.out),
  });
  cli.out.result(`${target}: ${outcome} in ${role}, ${length} bytes, sha256 ${sha256}`);
  if (outcome !== 'unchanged') cli.out.say('next: tuf-on-git sign');
}

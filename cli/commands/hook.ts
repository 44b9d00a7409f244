import path from 'node:path';
import type { Command } from 'commander';
import { examples } from '../terminal/arguments.ts';
import type { Cli } from '../terminal/cli.ts';

interface InstallOptions {
  readonly root: string;
}

/** `hook install REPO.git --root FILE`: the gate, for a bare repository that exists. */
export function register(program: Command, cli: Cli): void {
  const hook = program.command('hook').description('the gate of a bare repository');
  const install = hook
    .command('install <repository>')
    .description('let the gate judge every push to a bare repository that exists')
    .requiredOption('--root <file>', 'the root to pin: all that is pushed must descend from it')
    .action((repository: string, options: InstallOptions) => run(cli, repository, options));
  examples(install, 'tuf-on-git hook install /srv/git/tuf.git --root 1.root.json');
}

async function run(cli: Cli, directory: string, options: InstallOptions): Promise<void> {
  const { installIntoRepository } = await import('../existing-repository.ts');
  const repository = path.resolve(cli.cwd, directory);
  const { hooks, root } = await installIntoRepository(
    repository,
    path.resolve(cli.cwd, options.root),
    cli.now(),
  );
  cli.out.result(path.join(hooks, 'pre-receive'));
  cli.out.say(`${repository} accepts what descends from ${root} and nothing else`);
}

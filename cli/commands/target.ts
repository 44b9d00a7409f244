import type { Command } from 'commander';
import { visible } from '../../core/error/error.ts';
import { examples } from '../terminal/arguments.ts';
import type { Cli } from '../terminal/cli.ts';

/** `target withdraw HOME TARGETPATH`: what was removed goes at once, and not after its time. */
export function register(program: Command, cli: Cli): void {
  const target = program.command('target').description('target files that are public');
  const withdraw = target
    .command('withdraw <home> <targetpath>')
    .description('take the files of a target down at once that no role lists any more')
    .option('--json', 'the result as JSON')
    .action((home: string, targetPath: string, options: { readonly json?: true }) =>
      run(cli, home, targetPath, options.json === true),
    );
  examples(withdraw, 'tuf-on-git target withdraw /srv/tuf tools/1.0/tool.tgz');
}

async function run(cli: Cli, directory: string, targetPath: string, json: boolean): Promise<void> {
  const { openBareRepository } = await import('../../core/git/binary/bare-repository.ts');
  const { openHome } = await import('../../core/home/home.ts');
  const { withdrawTarget } = await import('../../daemon/public/withdraw-target.ts');
  const { paths } = await openHome(directory);
  const git = openBareRepository(paths.repository);
  try {
    const names = await withdrawTarget(git, paths, targetPath);
    if (json) cli.out.json({ targetPath, names });
    else {
      for (const name of names) cli.out.result(`withdrawn: /${visible(name)}`);
      cli.out.say('take it out of caches before the server too; git and HOME/blobs keep the bytes');
    }
  } finally {
    await git.close();
  }
}

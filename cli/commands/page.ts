import path from 'node:path';
import type { Command } from 'commander';
import { examples } from '../terminal/arguments.ts';
import type { Cli } from '../terminal/cli.ts';

/** `page DIR`: the web page, to audit a server with. */
export function register(program: Command, cli: Cli): void {
  const page = program
    .command('page <dir>')
    .description('write the web page as files, to look with it at any repository from outside')
    .action((dir: string) => run(cli, dir));
  examples(page, 'tuf-on-git page audit-page');
}

async function run({ cwd, out }: Cli, dir: string): Promise<void> {
  const { writePage } = await import('../write-page.ts');
  out.result(await writePage(path.resolve(cwd, dir)));
  out.say(
    'open it in a browser; it reads whatever repository you name, and trusts the root that you give it',
  );
}

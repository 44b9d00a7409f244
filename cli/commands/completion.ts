import { Argument, type Command } from 'commander';
import { examples } from '../terminal/arguments.ts';
import type { Cli } from '../terminal/cli.ts';

type Shell = (typeof shells)[number];

const shells = ['bash', 'zsh', 'fish'] as const;

/** `completion bash|zsh|fish`: what a shell reads to complete our commands. */
export function register(program: Command, cli: Cli): void {
  const completion = program
    .command('completion')
    .description('print what a shell reads to complete commands, options and files')
    .addArgument(new Argument('<shell>').choices(shells))
    .action((shell: Shell) => print(cli, shell));
  examples(
    completion,
    'source <(tuf-on-git completion bash)    in ~/.bashrc',
    'source <(tuf-on-git completion zsh)     in ~/.zshrc, behind compinit',
    'tuf-on-git completion fish | source     in ~/.config/fish/config.fish',
  );
}

async function print({ out }: Cli, shell: Shell): Promise<void> {
  const { readFile } = await import('node:fs/promises');
  const { completionScript } = await import('../programs.ts');
  out.result((await readFile(completionScript(shell), 'utf8')).trimEnd());
}

import type { Command } from 'commander';
import type { Cli } from '../terminal/cli.ts';

/**
 * `complete -- WORD…`: what may stand in place of the last word, for the scripts of `completion`. The
 * first line says which paths of the file system may: `none`, `files`, `folders`; each other line
 * is a word, and after a space what it means.
 */
export function register(program: Command, cli: Cli): void {
  program
    .command('complete [words...]', { hidden: true })
    .description('answer a shell that completes a command')
    .action((words: readonly string[]) => answer(cli, words));
}

async function answer(cli: Cli, words: readonly string[]): Promise<void> {
  const { allCommands } = await import('../all-commands.ts');
  const { complete } = await import('../completion/complete.ts');
  const { programFor } = await import('../run-program.ts');
  const { completeHelp } = await import('../completion/complete-help.ts');
  const isHelp = words.length > 1 && words[0] === 'help';
  const asked = isHelp ? words.slice(1) : words;
  // A first word that is still being written is completed among all commands.
  const program = await programFor(asked.length > 1 ? asked[0] : undefined, allCommands, cli);
  const answerTo = isHelp ? completeHelp : complete;
  const { paths, candidates } = answerTo(program, asked.slice(0, -1), asked.at(-1) ?? '');
  cli.out.result(paths);
  for (const { word, meaning } of candidates) cli.out.result(`${word} ${meaning}`.trimEnd());
}

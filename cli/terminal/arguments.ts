/** Values of options, checked as commander reads them: a wrong one is a usage error, status 2. */
import { InvalidArgumentError, type Command } from 'commander';

/** A whole number of at least `least`, for `--threshold 2` and the like. */
export function wholeNumber(least = 1): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (/^\d{1,9}$/.test(text) && value >= least) return value;
    throw new InvalidArgumentError(`It must be a whole number, ${least} or more.`);
  };
}

/** A repeatable option: `--key A --key B`. Give it no default. */
export function collect(text: string, before: readonly string[] | undefined): readonly string[] {
  return [...(before ?? []), text];
}

/** Lines of `--help` that show the command at work. */
export function examples(command: Command, ...lines: readonly string[]): void {
  command.addHelpText('after', ['', 'Examples:', ...lines.map((text) => `  ${text}`)].join('\n'));
}

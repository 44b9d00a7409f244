import type { Command, Option } from 'commander';

/** Where in a command line the next word stands. */
export interface Place {
  /** The innermost command that was named. */
  readonly command: Command;
  /** The option whose value the word may be. */
  readonly awaited?: Option;
  /** Whether the word can only be that value. */
  readonly isValueDue: boolean;
  /** Behind `--` no word is an option. */
  readonly isPastOptions: boolean;
  /** How many operands of the command were given. */
  readonly operands: number;
}

/** As commander will read them: the words from the program's name on. */
export function readWords(program: Command, words: readonly string[]): Place {
  const start: Place = { command: program, isValueDue: false, isPastOptions: false, operands: 0 };
  return words.reduce(next, start);
}

function next(place: Place, word: string): Place {
  const { command, awaited, isValueDue, isPastOptions, operands } = place;
  const isOption = word.startsWith('-') && word !== '-' && !isPastOptions;
  const rest = { command, isValueDue: false, isPastOptions, operands };
  // An option that takes several values goes on until another option comes.
  if (awaited !== undefined && (isValueDue || !isOption)) {
    return awaited.variadic ? { ...rest, awaited } : rest;
  }
  if (isOption) return word === '--' ? { ...rest, isPastOptions: true } : afterOption(rest, word);
  const inner = operands === 0 ? command.commands.find((each) => each.name() === word) : undefined;
  return inner === undefined ? { ...rest, operands: operands + 1 } : { ...rest, command: inner };
}

function afterOption(place: Place, word: string): Place {
  const option = place.command.options.find(({ long, short }) => word === long || word === short);
  if (option === undefined || (!option.required && !option.optional)) return place;
  return { ...place, awaited: option, isValueDue: option.required };
}

/** What a shell may offer: made from the program itself, so it knows whatever the program knows. */
import type { Argument, Command, Option } from 'commander';
import { pathsFor, type Paths } from './paths.ts';
import { readWords, type Place } from './read-words.ts';

export interface Completion {
  /** Which paths of the file system may stand there as well. */
  readonly paths: Paths;
  readonly candidates: readonly Candidate[];
}
interface Candidate {
  /** Never with a space in it. */
  readonly word: string;
  readonly meaning: string;
}

/**
 * @param program with all commands, or at least with that of the first word
 * @param before the words between the program's name and the one that is written
 * @param current the beginning of that word; may be empty
 */
export function complete(program: Command, before: readonly string[], current: string): Completion {
  const { paths, candidates } = offered(readWords(program, before), current);
  return { paths, candidates: candidates.filter(({ word }) => word.startsWith(current)) };
}

function offered(place: Place, current: string): Completion {
  const { command, awaited, isValueDue, isPastOptions, operands } = place;
  const isOption = current.startsWith('-') && !isPastOptions;
  if (awaited !== undefined && (isValueDue || !isOption)) return values(awaited, '');
  if (isOption) return afterDash(command, current);
  const argument = command.registeredArguments[operands] ?? command.registeredArguments.at(-1);
  if (
    argument !== undefined &&
    (operands < command.registeredArguments.length || argument.variadic)
  ) {
    return values(argument, '');
  }
  return { paths: 'none', candidates: operands === 0 ? subcommands(command) : [] };
}

/** `--js…`, or the value in `--type=ec…`. */
function afterDash(command: Command, current: string): Completion {
  const [, name] = /^(--[^=]+)=/.exec(current) ?? [];
  const options = command.createHelp().visibleOptions(command);
  if (name === undefined) return { paths: 'none', candidates: options.flatMap(longName) };
  const option = options.find(({ long }) => long === name);
  if (option === undefined || isFlag(option)) return { paths: 'none', candidates: [] };
  return values(option, `${name}=`);
}

function longName({ long, short, description }: Option): readonly Candidate[] {
  const word = long ?? short;
  return word === undefined ? [] : [{ word, meaning: description }];
}

function values(of: Argument | Option, prefix: string): Completion {
  const candidates = (of.argChoices ?? []).map((choice) => ({
    word: `${prefix}${choice}`,
    meaning: '',
  }));
  return { paths: candidates.length > 0 ? 'none' : pathsFor(of), candidates };
}

function subcommands(command: Command): readonly Candidate[] {
  const commands = command.createHelp().visibleCommands(command);
  return commands.map((each) => ({ word: each.name(), meaning: each.description() }));
}

function isFlag({ required, optional }: Option): boolean {
  return !required && !optional;
}

/** The command line, with all commands. */
import { allCommands } from './all-commands.ts';
import { runProgram } from './run-program.ts';

void runProgram(allCommands);

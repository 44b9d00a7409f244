/** The command line of somebody who only downloads. */
import { downloaderCommands } from './downloader-commands.ts';
import { runProgram } from './run-program.ts';

void runProgram({ 'For downloaders:': downloaderCommands });

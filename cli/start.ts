/** The command line, compiled when it was built. */
import { fileURLToPath } from 'node:url';
import { startCompiled } from '../core/start/start-compiled.ts';
import { downloaderNames } from './downloader-names.ts';

const isDownloader = downloaderNames.some((name) => name === process.argv[2]);
startCompiled(isDownloader ? 'downloader' : 'commands', fileURLToPath(import.meta.url));

/** Every push waits for this program: the gate, compiled when it was built. */
import { fileURLToPath } from 'node:url';
import { startCompiled } from '../core/start/start-compiled.ts';

startCompiled('gate', fileURLToPath(import.meta.url));

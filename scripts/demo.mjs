import path from 'node:path';
import { runTypeScript } from './setup/type-script.mjs';
import { setUpOrExit, top } from './setup.mjs';

/** `npm run demo [-- OPTION…]`: set-up, then the guided demo of example-repo/demo. */
await setUpOrExit();
const demo = path.join(top, 'example-repo/demo/main.ts');
process.exitCode = await runTypeScript(demo, process.argv.slice(2));

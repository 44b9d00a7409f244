import { readdirSync } from 'node:fs';
import path from 'node:path';
import { say } from './setup/say.mjs';
import { runTypeScript } from './setup/type-script.mjs';
import { setUpOrExit, top } from './setup.mjs';

/**
 * `npm run bench [-- NAME… [OPTION…]]`: set-up, then bench/NAME.ts, or all of them. On stdout nothing
 * but the benchmarks' JSON lines (npm adds a heading of its own unless told `npm run -s bench`).
 */
const folder = path.join(top, 'bench');
const known = readdirSync(folder)
  .filter((name) => name.endsWith('.ts'))
  .map((name) => path.basename(name, '.ts'));

const args = process.argv.slice(2);
const names = args.filter((arg) => !arg.startsWith('-'));
const options = args.filter((arg) => arg.startsWith('-'));
const unknown = names.filter((name) => !known.includes(name));

if (unknown.length > 0) {
  say(`no benchmark ${unknown.join(', ')}; there are: ${known.join(', ')}`);
  process.exitCode = 2;
} else {
  await setUpOrExit();
  for (const name of names.length > 0 ? names : known) {
    const status = await runTypeScript(path.join(folder, `${name}.ts`), options);
    if (status !== 0) process.exitCode = 1;
  }
}

import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { runTypeScript } from './setup/type-script.mjs';
import { setUpOrExit, top } from './setup.mjs';

/** `npm run docs:security`: runs all attacks, and writes what came of them to docs/. */
await setUpOrExit();
const demo = path.join(top, 'example-repo/demo/main.ts');
const measured = path.join(top, 'docs/attack-table.json');
process.exitCode =
  (await runTypeScript(demo, ['--measured', measured, '--exit', '--port', '0'])) ||
  (await runTypeScript(path.join(top, 'scripts/security-page.ts'), []));
spawnSync('npx', ['prettier', '--write', 'docs/security.md', 'docs/attack-table.json'], {
  cwd: top,
});

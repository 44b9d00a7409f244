/** How code for browsers is bundled: what it shares with Node finds there what it uses of Node. */
import path from 'node:path';

const top = path.resolve(import.meta.dirname, '..');
const node = path.join(top, 'client/page/audit/node');

/** @satisfies {import('esbuild').BuildOptions} */
export const pageBundling = /** @type {const} */ ({
  absWorkingDir: top,
  bundle: true,
  platform: 'browser',
  target: ['es2022'],
  alias: {
    'node:crypto': path.join(node, 'crypto.ts'),
    crypto: path.join(node, 'crypto.ts'),
    util: path.join(node, 'util.ts'),
    'jsonc-parser': 'jsonc-parser/lib/esm/main.js',
  },
  inject: [path.join(node, 'globals.ts')],
  logLevel: 'warning',
});

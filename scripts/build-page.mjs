/**
 * The web page: one classic script and one style for browsers. The daemon serves index.html; the other
 * one is the same for a copy that stands alone, where no server sends headers and `file:` may be the scheme.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { build } from 'esbuild';
import { attackTable } from './attack-table.mjs';
import { pageBundling } from './page-bundling.mjs';

const top = path.resolve(import.meta.dirname, '..');
const folder = 'client/page';

/** What the daemon sends as a header (daemon/page), but that any repository may be read. */
const standAlonePolicy = [
  "default-src 'none'",
  "script-src 'self' file:",
  "style-src 'self' file:",
  'connect-src http: https:',
  "require-trusted-types-for 'script'",
  "trusted-types 'none'",
  "base-uri 'none'",
  "form-action 'none'",
].join('; ');

const standAloneHead = `<meta http-equiv="Content-Security-Policy" content="${standAlonePolicy}" />
    <meta name="referrer" content="no-referrer" />
    <meta name="tuf-on-git-copy" content="stand-alone" />`;

/**
 * @param {string} outdir gets index.html, stand-alone.html, page.js, page.css
 * @returns {Promise<import('esbuild').Metafile>} what went in
 */
export async function buildPage(outdir) {
  const { metafile } = await build({
    ...pageBundling,
    metafile: true,
    entryPoints: [
      { in: `${folder}/main.tsx`, out: 'page' },
      { in: `${folder}/page.css`, out: 'page' },
    ],
    outdir,
    minify: true,
    // A module script would not be let in from `file:`.
    format: 'iife',
    charset: 'utf8',
    legalComments: 'eof',
    define: {
      'process.env.NODE_ENV': '"production"',
      ATTACK_TABLE: JSON.stringify(await attackTable(top)),
    },
  });
  const html = readFileSync(path.join(top, folder, 'index.html'), 'utf8');
  const charset = '<meta charset="utf-8" />';
  if (!html.includes(charset)) throw new RangeError(`index.html has no ${charset}`);
  writeFileSync(path.join(outdir, 'index.html'), html);
  const marked = html.replace(charset, `${charset}\n    ${standAloneHead}`);
  writeFileSync(path.join(outdir, 'stand-alone.html'), marked);
  return metafile;
}

import { readFileSync } from 'node:fs';
import path from 'node:path';
import { build } from 'esbuild';

/**
 * The rows of the attack table with what was measured of them, for the web page.
 * @typedef {{ row: string, milestone: number, expected: string, measured?: string, codes: string[],
 *   isAsExpected: boolean }} Cell
 * @param {string} top
 * @returns {Promise<{ row: string, attack: string, cells: Omit<Cell, 'row'>[] }[]>}
 */
export async function attackTable(top) {
  const measured = /** @type {Cell[]} */ (
    JSON.parse(readFileSync(path.join(top, 'docs/attack-table.json'), 'utf8'))
  );
  return (await readRows(top)).map(({ row, attack }) => ({
    row,
    attack,
    cells: measured.filter((cell) => cell.row === row).map(shown),
  }));
}

/** @param {Cell} cell times and the like are for docs/security.md */
function shown({ milestone, expected, measured, codes, isAsExpected }) {
  return { milestone, expected, ...(measured && { measured }), codes, isAsExpected };
}

/**
 * The examples are TypeScript, which the build cannot load as it is.
 * @param {string} top
 */
async function readRows(top) {
  const { outputFiles } = await build({
    entryPoints: [path.join(top, 'example-repo/attacks/table.ts')],
    bundle: true,
    write: false,
    format: 'esm',
    platform: 'node',
    logLevel: 'warning',
  });
  const [{ contents } = { contents: new Uint8Array() }] = outputFiles;
  const url = `data:text/javascript;base64,${Buffer.from(contents).toString('base64')}`;
  const { table } = /** @type {{ table: { row: string, attack: string }[] }} */ (await import(url));
  return table;
}

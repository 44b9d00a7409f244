/**
 * docs/security.md out of docs/attack-table.json, which a run of all milestones measured:
 * `npm run docs:security` measures anew and writes both, a test compares them.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Cell } from '../example-repo/attacks/judge.ts';
import { notes } from '../example-repo/attacks/notes.ts';
import { besides, table } from '../example-repo/attacks/table.ts';

const docs = path.resolve(import.meta.dirname, '../docs');
export const securityFile = path.join(docs, 'security.md');
export const measuredFile = path.join(docs, 'attack-table.json');

export function readMeasured(): readonly Cell[] {
  return JSON.parse(readFileSync(measuredFile, 'utf8')) as readonly Cell[];
}

export function securityPage(cells: readonly Cell[]): string {
  const milestones = [...new Set(cells.map(({ milestone }) => milestone))];
  const cellOf = (row: string, milestone: number) =>
    cells.find((cell) => cell.row === row && cell.milestone === milestone);
  const rows = [...table, ...besides];
  const lines = rows.map(({ row, attack }) => {
    const columns = milestones.map((milestone) => shown(cellOf(row, milestone)));
    return `| ${[row, attack, ...columns].join(' | ')} |`;
  });
  const details = rows.map(({ row, programs }) => {
    const own = cells.filter((cell) => cell.row === row && cell.measured !== undefined);
    return `| ${[row, programs.map((program) => `\`${program}\``).join(', '), codesOf(own), timeOf(own)].join(' | ')} |`;
  });
  const mounted = cells.filter(({ measured }) => measured !== undefined).length;
  return [
    introduction,
    `| | attack | ${milestones.join(' | ')} |`,
    `| --- | --- | ${milestones.map(() => '---').join(' | ')} |`,
    ...lines,
    '',
    `${mounted} of ${cells.filter(({ expected }) => expected !== '–').length} cells are measured.`,
    ...[legend, '| | attacker | codes | time |', '| --- | --- | --- | --- |', ...details, ''],
    ...['## What the letters do not say', '', ...notes.map((note) => `- ${note}`), ''],
  ].join('\n');
}

const introduction = `# What is withstood

Thirty-seven attacks against the seven [milestones](design-milestones/README.md) that lead to this repository. Attacks are mounted for real, against working repositories, beside a control that must succeed without the attack; what came of them is held against what each milestone promises:

    npm run demo -- --attacks --exit

This page is made of such a run by \`npm run docs:security\`; the page of each milestone says what is done, and what is new.
`;

const legend = `
**F** the victim is fooled · **R** refused · **T** fooled until the life of the timestamp is over, refused then · **L** limited to what the milestone's page names · **N** never published · **P** re-applied: what was wanted is put on what the others have made meanwhile · **–** there is no such thing.

## By which program, with which codes

The programs are below \`example-repo/\`; the time is the longest that a victim needed to refuse, the start of its program included.
`;

function shown(cell: Cell | undefined): string {
  if (cell === undefined || (cell.measured === undefined && cell.expected === '–')) return '–';
  return cell.measured ?? `(${cell.expected.charAt(0)})`;
}

function codesOf(cells: readonly Cell[]): string {
  return [...new Set(cells.flatMap(({ codes }) => codes))].map((code) => `\`${code}\``).join(', ');
}

function timeOf(cells: readonly Cell[]): string {
  if (cells.length === 0) return '';
  return `${(Math.max(...cells.map(({ milliseconds }) => milliseconds)) / 1000).toFixed(1)} s`;
}

if (process.argv[1] === import.meta.filename) {
  writeFileSync(securityFile, securityPage(readMeasured()));
}

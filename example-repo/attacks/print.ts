/** The table as text: what was measured, and in brackets what was not, and should have been. */
import type { Steps } from '../kit/steps.ts';
import type { Cell } from './judge.ts';
import { besides, table } from './table.ts';

/** @throws nothing: whether all is as expected is the caller's question */
export function printTable(steps: Steps, cells: readonly Cell[]): void {
  const milestones = [...new Set(cells.map(({ milestone }) => milestone))];
  const line = (row: string, columns: readonly string[], attack: string) => {
    steps.say(`  ${row.padEnd(12)}${columns.map((text) => text.padEnd(5)).join('')}${attack}`);
  };
  steps.say('\nThe attack table, as measured\n');
  line('', milestones.map(String), '');
  for (const { row, attack } of [...table, ...besides]) {
    const own = cells.filter((cell) => cell.row === row);
    line(row, own.map(shown), attack);
  }
  const mounted = cells.filter(({ measured }) => measured !== undefined);
  steps.say(
    `\n  F fooled, R refused, T refused after the timestamp's life, L limited, N never published,`,
  );
  steps.say(`  P re-applied, – not applicable. ${mounted.length} cells are measured.`);
  for (const cell of cells.filter(({ isAsExpected }) => !isAsExpected)) steps.say(difference(cell));
}

function shown({ expected, measured, isAsExpected }: Cell): string {
  if (measured === undefined) return expected === '–' ? '–' : `(${expected.charAt(0)})`;
  return isAsExpected ? measured : `${measured}!`;
}

function difference({ row, milestone, expected, measured = 'not measured', codes }: Cell): string {
  const found = [measured, ...codes].join(' ');
  return `  ! ${row} at milestone ${milestone}: ${found}, where the table has ${expected}`;
}

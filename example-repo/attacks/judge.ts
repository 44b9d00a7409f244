/** What was measured, held against the table. */
import type { Measurement } from '../kit/measurement.ts';
import { besides, table } from './table.ts';

export interface Cell {
  readonly row: string;
  readonly milestone: number;
  /** As the table has it. */
  readonly expected: string;
  /** In the table's letters; undefined where the attack was not mounted. */
  readonly measured: string | undefined;
  /** What was not mounted is not, unless there is no such thing. */
  readonly isAsExpected: boolean;
  /** Of refusals, in the order in which they came. */
  readonly codes: readonly string[];
  /** The longest of its measurements. */
  readonly milliseconds: number;
}

/** @param measured by milestone; one that is missing was not run */
export function judge(measured: ReadonlyMap<number, readonly Measurement[]>): readonly Cell[] {
  return [...table, ...besides].flatMap(({ row, cells }) =>
    [...measured].map(([milestone, all]) => {
      const found = all.filter((one) => one.row === row);
      return cellOf(row, milestone, cells[milestone] ?? '–', found);
    }),
  );
}

function cellOf(
  row: string,
  milestone: number,
  expected: string,
  found: readonly Measurement[],
): Cell {
  const measured = letterOf(found);
  const codes = found.flatMap(({ code }) => (code === undefined ? [] : [code]));
  return {
    ...{ row, milestone, expected, measured, codes: [...new Set(codes)] },
    isAsExpected: measured === undefined ? expected === '–' : agrees(expected, measured, codes),
    milliseconds: Math.max(0, ...found.map(({ milliseconds }) => Math.round(milliseconds))),
  };
}

/** Of several measurements of one attack, together. */
function letterOf(found: readonly Measurement[]): string | undefined {
  if (found.length === 0) return undefined;
  const has = (outcome: Measurement['outcome']) => found.some((one) => one.outcome === outcome);
  const expires = found.some(({ code }) => code === 'role.expired');
  if (has('limited')) return 'L';
  if (has('fooled')) return expires ? 'T' : 'F';
  if (has('re-applied')) return 'P';
  if (has('never published')) return 'N';
  return expires ? 'T' : 'R';
}

function agrees(expected: string, measured: string, codes: readonly string[]): boolean {
  const [letter, code = ''] = expected.split(' ');
  // What limits an attacker may be refusals of all the rest.
  if (letter === 'L') return measured === 'L' || measured === 'R';
  return letter === measured && (code === '' || codes.some((one) => one.startsWith(code)));
}

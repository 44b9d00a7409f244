/** How measurements become the attack table, and that docs/ has what the milestones' pages claim. */
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { format, resolveConfig } from 'prettier';
import { judge } from '../../example-repo/attacks/judge.ts';
import { besides, table } from '../../example-repo/attacks/table.ts';
import type { Measurement, Outcome } from '../../example-repo/kit/measurement.ts';
import { readMeasured, securityFile, securityPage } from '../../scripts/security-page.ts';
import { claimedBy } from '../e2e/kit/outcomes.ts';

const examples = path.resolve(import.meta.dirname, '../../example-repo');

const pages = [
  '00-baseline.md',
  '01-minimal-tuf.md',
  '02-timestamps.md',
  '03-minimal-uploads.md',
  '04-upload-tool.md',
  '05-developer-signing.md',
  '06-signing-events.md',
];

function measurement(row: string, outcome: Outcome, code?: string): Measurement {
  return { row, what: 'it', outcome, milliseconds: 1, ...(code === undefined ? {} : { code }) };
}

function judged(milestone: number, ...measured: readonly Measurement[]) {
  const cells = judge(new Map([[milestone, measured]]));
  const cell = cells.find(({ row }) => row === measured[0]?.row);
  assert.ok(cell);
  return cell;
}

describe('the attack table', () => {
  it('has 37 attacks, in order, and a cell for each of seven milestones', () => {
    assert.deepEqual(
      table.map(({ row }) => row),
      Array.from({ length: 37 }, (_, index) => `A${index + 1}`),
    );
    assert.ok(table.every(({ cells }) => cells.length === 7));
  });

  it('names programs that are there', () => {
    const programs = [...table, ...besides].flatMap((row) => row.programs);
    assert.ok(programs.length > 30);
    assert.deepEqual(
      programs.filter((program) => !existsSync(path.join(examples, program))),
      [],
    );
  });

  it('takes a refusal with the promised code for what was promised', () => {
    assert.ok(judged(1, measurement('A1', 'refused', 'target.hash')).isAsExpected);
  });

  it('notices a refusal for another reason, and a victim who is fooled after all', () => {
    assert.ok(!judged(1, measurement('A1', 'refused', 'download.unreachable')).isAsExpected);
    assert.ok(!judged(1, measurement('A1', 'fooled')).isAsExpected);
  });

  it('notices that an attack is withstood which the table gives to the attacker', () => {
    assert.ok(!judged(1, measurement('A5', 'refused', 'role.expired')).isAsExpected);
  });

  it('takes fooled today and refused tomorrow for the life of a timestamp', () => {
    const cell = judged(
      2,
      measurement('A5', 'fooled'),
      measurement('A5', 'refused', 'role.expired'),
    );
    assert.equal(cell.measured, 'T');
    assert.ok(cell.isAsExpected);
    assert.ok(!judged(2, measurement('A5', 'fooled')).isAsExpected);
  });

  it('has what other clients come to in a row of its own', () => {
    const cells = judge(
      new Map([
        [
          3,
          [
            measurement('A35', 'refused', 'role.other-repository'),
            measurement('A35 tuf-js', 'fooled'),
          ],
        ],
      ]),
    );
    const found = cells.filter(({ row }) => row.startsWith('A35'));
    assert.deepEqual(
      found.map(({ row, measured }) => [row, measured]),
      [
        ['A35', 'R'],
        ['A35 tuf-js', 'F'],
      ],
    );
    assert.ok(found.every(({ isAsExpected }) => isAsExpected));
  });

  it('misses what was not mounted, unless there is no such thing', () => {
    const cells = judge(new Map([[2, []]]));
    assert.ok(cells.every(({ measured }) => measured === undefined));
    const missed = cells.filter(({ isAsExpected }) => !isAsExpected).map(({ row }) => row);
    const mountable = table.filter(({ cells }) => cells[2] !== '–').map(({ row }) => row);
    assert.deepEqual(
      missed.filter((row) => /^A\d+$/.test(row)),
      mountable,
    );
  });

  it('is in docs/ as it was measured, and as promised', async () => {
    const options = { ...(await resolveConfig(securityFile)), filepath: securityFile };
    const page = await format(securityPage(readMeasured()), options);
    assert.equal(await readFile(securityFile, 'utf8'), page, 'npm run docs:security writes it');
    assert.deepEqual(
      readMeasured().filter(({ isAsExpected }) => !isAsExpected),
      [],
    );
  });

  for (const [milestone, page] of pages.entries()) {
    it(`has measured what ${page} says is measured`, () => {
      const measured = readMeasured().filter(
        ({ row, ...cell }) =>
          /^A\d+$/.test(row) && cell.milestone === milestone && cell.measured !== undefined,
      );
      assert.deepEqual(
        measured.map(({ row }) => row),
        [...claimedBy(page).keys()],
      );
    });
  }
});

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { headingsOf, pagesBelow, top } from './kit/markdown.ts';

const pages = pagesBelow('docs/design-milestones').filter((page) => !page.endsWith('README.md'));
const withstands = 'What it withstands';
const failsAt = 'What it does not withstand';
const form = [
  'Purpose',
  'Design',
  'Security properties',
  withstands,
  failsAt,
  'How to run it',
  'What changes next',
];

describe('the page of a milestone', () => {
  for (const [number, page] of pages.entries()) {
    it(`${path.basename(page)} has the form of the others`, () => {
      assert.deepEqual(headingsOf(page), form);
      assert.match(textOf(page), new RegExp(`^# Milestone ${number}: `));
      assert.match(section(page, 'How to run it'), new RegExp(`--milestone ${number} --exit\n`));
    });

    const before = pages[number - 1];
    if (before === undefined) continue;
    it(`${path.basename(page)} names each attack that it gained against, and what is newly exposed`, () => {
      const properties = section(page, 'Security properties');
      const [, list] =
        new RegExp(`^- \\*\\*Gained\\*\\* over milestone ${number - 1}: (.+)$`, 'm').exec(
          properties,
        ) ?? [];
      assert.match(properties, /^- \*\*Newly exposed\*\*: .+/m);
      const gained = rowsNamedIn(list ?? '');
      const [now, earlier] = [outcomesOf(page, withstands), outcomesOf(before, withstands)];
      assert.deepEqual(
        gained.filter((row) => !now.has(row) || now.get(row) === earlier.get(row)),
        [],
        'named, and withstood no better than before',
      );
      const fallen = [...outcomesOf(before, failsAt).keys()].filter(
        (row) => !outcomesOf(page, failsAt).has(row),
      );
      assert.deepEqual(
        fallen.filter((row) => !gained.includes(row)),
        [],
        'withstood from here on, and not named',
      );
    });
  }
});

function textOf(page: string): string {
  return readFileSync(path.join(top, page), 'utf8');
}

function section(page: string, heading: string): string {
  const [, rest = ''] = textOf(page).split(`\n## ${heading}\n`);
  return rest.split(/^## /m)[0] ?? '';
}

/** Row of the attack table to what comes of it here. */
function outcomesOf(page: string, heading: string): ReadonlyMap<string, string> {
  const rows = section(page, heading).matchAll(/^\| (A\d+) +\|[^|]*\|([^|]*)\|/gm);
  return new Map([...rows].map(([, row = '', outcome = '']) => [row, outcome.trim()]));
}

/** `A1 to A3, A7` as its four rows. */
function rowsNamedIn(list: string): readonly string[] {
  return [...list.matchAll(/A(\d+)(?: to A(\d+))?/g)].flatMap(([, first, last = first]) => {
    const [from, to] = [Number(first), Number(last)];
    return Array.from({ length: to - from + 1 }, (_, index) => `A${from + index}`);
  });
}

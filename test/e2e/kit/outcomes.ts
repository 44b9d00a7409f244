/** What attacks came to: as the page of a milestone claims it, and as a run of it measured. */
import { readFileSync } from 'node:fs';
import path from 'node:path';

/** Row of the attack table to what came of it, in the order of the alphabet: a word, or the code of the refusal. */
export type Outcomes = ReadonlyMap<string, readonly string[]>;

const pages = path.resolve(import.meta.dirname, '../../../docs/design-milestones');

/** The rows of a page's table that it says the run measures. */
export function claimedBy(page: string): Outcomes {
  const text = readFileSync(path.join(pages, page), 'utf8');
  const rows = text.matchAll(/^\| (A\d+) +\|[^|]*\|([^|]*)\| measured +\|$/gm);
  return collect([...rows].map(([, row = '', outcome = '']) => [row, wordsOf(outcome)]));
}

/** The attacks that a run of the demo printed. */
export function measuredIn(stdout: string): Outcomes {
  const lines = stdout.matchAll(
    /^ {2}[✓!] (A\d+) .*: (.* (FOOLED)|(re-applied|limited to (?:the project|the role|old sets))|[a-z ]+ \[([a-z0-9.-]+)\]) … /gm,
  );
  return collect(
    [...lines].map(([, row = '', , fooled, word, code]) => [
      row,
      [word ?? code ?? fooled?.toLowerCase() ?? ''],
    ]),
  );
}

function wordsOf(outcome: string): readonly string[] {
  return [
    ...outcome.matchAll(
      /fooled|re-applied|limited to (?:the project|the role|old sets)|`([^`]+)`/g,
    ),
  ].map(([word, code]) => code ?? word);
}

function collect(entries: readonly (readonly [string, readonly string[]])[]): Outcomes {
  const outcomes = new Map<string, readonly string[]>();
  for (const [row, words] of entries) {
    outcomes.set(row, [...(outcomes.get(row) ?? []), ...words].toSorted());
  }
  return new Map([...outcomes].toSorted(([a], [b]) => Number(a.slice(1)) - Number(b.slice(1))));
}

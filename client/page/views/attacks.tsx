/** What is withstood: attacks by milestones, what was measured told apart from what only follows. */
import type { JSX } from 'preact';
import { attackTable, type AttackCell } from '../attack-table.ts';
import { Mark, Name, Text } from '../parts/text.tsx';

/** What the letters mean: docs/security.md has the same. */
const outcomes: Readonly<Record<string, string>> = {
  F: 'the victim is fooled',
  R: 'refused',
  T: 'fooled until the life of the timestamp is over, refused then',
  L: 'limited to what the page of the milestone names',
  N: 'never published',
  P: 'put on what the others have made meanwhile',
  '–': 'there is no such thing',
};
const milestones = [...new Set(attackTable.flatMap(({ cells }) => cells.map(milestoneOf)))];

export function Attacks(): JSX.Element {
  const cells = attackTable.flatMap((row) => row.cells).filter(({ expected }) => expected !== '–');
  const measured = cells.filter((cell) => cell.measured !== undefined).length;
  return (
    <>
      <h2>Attacks</h2>
      <p>
        <Mark as="displayed" /> {attackTable.length} attacks against the seven milestones that lead
        to this program, as they came out when this version was made; they have nothing to do with
        the repository that is looked at. {measured} of {cells.length} are measured: mounted for
        real, beside a control run without the attack.
        {measured < cells.length && ' In brackets and pale: what only follows from the design.'}
      </p>
      <dl class="legend">
        {Object.entries(outcomes).map(([letter, words]) => (
          <div key={letter}>
            <dt>{letter}</dt>
            <dd>{words}</dd>
          </div>
        ))}
      </dl>
      <div class="wide" tabIndex={0} role="group" aria-label="Attacks and milestones">
        <table class="attacks">
          <Head />
          <tbody>
            {attackTable.map(({ row, attack, cells: own }) => (
              <tr key={row}>
                <th scope="row">
                  {row} <Text of={attack} />
                </th>
                {own.map((cell) => (
                  <Cell key={cell.milestone} cell={cell} />
                ))}
                <td>
                  <Codes cells={own} />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </>
  );
}

function Head(): JSX.Element {
  return (
    <thead>
      <tr>
        <th scope="col">Attack</th>
        {milestones.map((milestone) => (
          <th key={milestone} scope="col">
            <span class="unseen">Milestone </span>
            {milestone}
          </th>
        ))}
        <th scope="col">Codes</th>
      </tr>
    </thead>
  );
}

function Cell({ cell }: { readonly cell: AttackCell }): JSX.Element {
  const { expected, measured, isAsExpected } = cell;
  const letter = measured ?? expected.charAt(0);
  const isMounted = measured !== undefined;
  const isNone = letter === '–';
  const how = isNone ? '' : isMounted ? ', measured' : ', not measured';
  const surprise = isAsExpected ? '' : `, expected was ${expected}`;
  return (
    <td class={`cell outcome-${isNone ? 'none' : letter} ${isMounted ? 'measured' : 'derived'}`}>
      <span aria-hidden="true">
        {isMounted || isNone ? letter : `(${letter})`}
        {!isAsExpected && ' !'}
      </span>
      <span class="unseen">{`${outcomes[letter] ?? letter}${how}${surprise}`}</span>
    </td>
  );
}

function Codes({ cells }: { readonly cells: readonly AttackCell[] }): JSX.Element {
  return (
    <>
      {[...new Set(cells.flatMap(({ codes }) => codes))].map((code) => (
        <span key={code}>
          <Name of={code} />{' '}
        </span>
      ))}
    </>
  );
}

function milestoneOf({ milestone }: AttackCell): number {
  return milestone;
}

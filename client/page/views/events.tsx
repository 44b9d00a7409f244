/** Signing events that wait for signatures, as the console tells of them. */
import type { JSX } from 'preact';
import { openEvents, type EventStanding } from '../console/answers.ts';
import { Promised } from '../parts/promised.tsx';
import { Mark, Text } from '../parts/text.tsx';
import { askEveryMs, useTicks } from '../parts/time.tsx';

/** @param signal asked again when it changes */
export function Events({ signal }: { readonly signal: unknown }): JSX.Element {
  const ticks = useTicks(askEveryMs);
  return (
    <>
      <h2>Open signing events</h2>
      <p>
        <Mark as="displayed" />
      </p>
      <Promised ask={openEvents} of="" again={`${String(signal)} ${ticks}`}>
        {({ shown, more }) => (
          <>
            {shown.length === 0 && <p>None is open.</p>}
            {shown.map((event) => (
              <Standing key={event.name} event={event} />
            ))}
            {more > 0 && <p>{more} more are open, which are not shown here.</p>}
          </>
        )}
      </Promised>
    </>
  );
}

function Standing({ event }: { readonly event: EventStanding }): JSX.Element {
  const { name, complete, changes, roles } = event;
  const words = changes.flatMap((change) => change.words);
  return (
    <article class="card">
      <h3>
        <Text of={name} /> <small>{complete ? 'complete' : 'waits for signatures'}</small>
      </h3>
      <ul>
        {words.map((line) => (
          <li key={line}>
            <Text of={line} />
          </li>
        ))}
      </ul>
      <div class="wide" tabIndex={0} role="group" aria-label="Signatures">
        <table>
          <thead>
            <tr>
              <th scope="col">Role</th>
              <th scope="col">Signed</th>
              <th scope="col">Missing</th>
              <th scope="col">Needed</th>
            </tr>
          </thead>
          <tbody>
            {roles.map(({ role, version, keysOfRoot, threshold, signed, missing }) => (
              <tr key={`${role} ${keysOfRoot ?? ''}`}>
                <th scope="row">
                  <Text of={role} /> {version}
                  {keysOfRoot !== undefined && ` (keys of root ${keysOfRoot})`}
                </th>
                <td>
                  <Text of={signed.join(', ') || 'nobody'} />
                </td>
                <td>
                  <Text of={missing.join(', ') || 'nobody'} />
                </td>
                <td>{threshold}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </article>
  );
}

/** Generations as the console tells of them. */
import type { JSX } from 'preact';
import type { Generation } from '../console/answers.ts';
import type { Live } from '../console/generations.ts';
import { Mark, Name, Text } from '../parts/text.tsx';
import { Time, durationText } from '../parts/time.tsx';

export function Generations({ live }: { readonly live: Live }): JSX.Element {
  const { generations, isConnected } = live;
  const [newest] = generations;
  return (
    <>
      <h2>Generations</h2>
      <p>
        <Mark verified={false} />{' '}
        <span class={isConnected ? 'live on' : 'live'}>
          {isConnected ? 'live: new ones appear by themselves' : 'not connected'}
        </span>
      </p>
      <p role="status" class="unseen">
        {newest && `Newest: timestamp ${newest.timestamp}`}
      </p>
      <ol class="generations">
        {generations.map((each) => (
          <GenerationItem key={each.timestamp} generation={each} />
        ))}
      </ol>
    </>
  );
}

function GenerationItem({ generation }: { readonly generation: Generation }): JSX.Element {
  const { commit, timestamp, snapshot, published, pushedBy, pushToVisibleMs } = generation;
  const { changes, moreRoles } = generation;
  return (
    <li class="card">
      <h3>
        Timestamp {timestamp}{' '}
        <small>
          snapshot {snapshot} · <Time at={published} />
        </small>
      </h3>
      <p>
        commit <Name of={commit.slice(0, 12)} />
        {pushedBy !== undefined && (
          <>
            {' '}
            pushed by <Text of={pushedBy} />
          </>
        )}
        {pushToVisibleMs !== undefined && (
          <>
            , visible after <strong>{durationText(pushToVisibleMs)}</strong>
          </>
        )}
      </p>
      {changes.length === 0 ? (
        <p>Renewed: nothing else changed.</p>
      ) : (
        <ul>
          {changes.map(({ role, summary, from, to }) => (
            <li key={role}>
              <Text of={summary} />{' '}
              <small>
                {from ?? 'new'} → {to ?? 'gone'}
              </small>
            </li>
          ))}
          {moreRoles !== undefined && <li>and {moreRoles} roles more</li>}
        </ul>
      )}
    </li>
  );
}

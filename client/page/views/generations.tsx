/** Generations as the console tells of them. */
import type { JSX } from 'preact';
import type { AuditReport } from '../audit/index.ts';
import type { Generation } from '../console/answers.ts';
import type { Live } from '../console/generations.ts';
import { Mark, Name, Text } from '../parts/text.tsx';
import { Time, durationText } from '../parts/time.tsx';

interface GenerationsProps {
  readonly live: Live;
  readonly report: AuditReport | undefined;
}

export function Generations({ live, report }: GenerationsProps): JSX.Element {
  const { generations, isConnected } = live;
  const verified = report?.roles.find(({ role }) => role === 'timestamp');
  const [newest] = generations;
  return (
    <>
      <h2>Generations</h2>
      <p>
        <Mark as="displayed" />{' '}
        <span class={isConnected ? 'live on' : 'live'}>
          {isConnected ? 'live: new ones appear by themselves' : 'not connected'}
        </span>
      </p>
      <p role="status" class="unseen">
        {newest && `Newest: timestamp ${newest.timestamp}`}
      </p>
      <ol class="generations">
        {generations.map((each) => (
          <GenerationItem
            key={each.timestamp}
            generation={each}
            isVerified={each.timestamp === verified?.version}
          />
        ))}
      </ol>
    </>
  );
}

interface GenerationItemProps {
  readonly generation: Generation;
  readonly isVerified: boolean;
}

function GenerationItem({ generation, isVerified }: GenerationItemProps): JSX.Element {
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
      {isVerified && <p class="good">✓ this browser verified the timestamp of this version</p>}
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

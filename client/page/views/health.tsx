/** How the daemon and its signer are, by their own word. */
import type { JSX } from 'preact';
import { askConsole, type Health as HealthAnswer } from '../console/answers.ts';
import { FindingText, Promised } from '../parts/promised.tsx';
import { Mark, Name, Text } from '../parts/text.tsx';
import { askEveryMs, Time, useTicks } from '../parts/time.tsx';

/** @param signal asked again when it changes */
export function Health({ signal }: { readonly signal: unknown }): JSX.Element {
  const ticks = useTicks(askEveryMs);
  return (
    <>
      <h2>Health</h2>
      <p>
        <Mark as="displayed" />
      </p>
      <Promised
        ask={() => askConsole<HealthAnswer>('health')}
        of=""
        again={`${String(signal)} ${ticks}`}
      >
        {(health) => (
          <div class="row">
            <Daemon health={health} />
            <Signer signer={health.signer} />
          </div>
        )}
      </Promised>
    </>
  );
}

function Daemon({ health }: { readonly health: HealthAnswer }): JSX.Element {
  const { ready, reasons, startedAt, waitingCommits, waitingEvents } = health;
  return (
    <article class="card">
      <h3>Daemon</h3>
      <p class={ready ? 'good' : 'bad'}>{ready ? '✓ ready' : '✗ not ready'}</p>
      <ul>
        {reasons.map((reason) => (
          <li key={`${reason.code} ${reason.where}`}>
            <FindingText finding={reason} />
          </li>
        ))}
      </ul>
      <p>
        Runs since <Time at={startedAt} />. {waitingCommits} commits wait to be published,{' '}
        {waitingEvents} signing events for signatures.
      </p>
    </article>
  );
}

function Signer({ signer }: { readonly signer: HealthAnswer['signer'] }): JSX.Element {
  const { alive, since, runs, keys, failure } = signer;
  return (
    <article class="card">
      <h3>Signer</h3>
      <p class={alive ? 'good' : 'bad'}>
        {alive ? '✓ answers' : '✗ does not answer'}
        {since !== undefined && (
          <>
            {' since '}
            <Time at={since} />
          </>
        )}
      </p>
      <p>
        Runs as a <Text of={runs} /> of its own.
      </p>
      <ul>
        {keys.map(({ scheme, fingerprint, place }) => (
          <li key={fingerprint}>
            <Text of={scheme} /> in a <Text of={place ?? 'place that it has not told'} />{' '}
            <Name of={fingerprint.slice(0, 16)} />
          </li>
        ))}
      </ul>
      {failure !== undefined && (
        <p class="bad">
          <FindingText finding={failure} />
        </p>
      )}
    </article>
  );
}

/** What is read off the parts of a running daemon whenever somebody asks for its metrics. */
import type { Changes } from '../api/changes/changes.ts';
import { factsOf } from '../../core/metadata/packed-targets.ts';
import type { Parts } from '../parts.ts';
import type { Generation } from '../record/generation.ts';
import { readinessOf } from '../readiness.ts';
import type { Readings } from './metrics.ts';

type Watched = Pick<
  Parts,
  'metrics' | 'publisher' | 'alarms' | 'reconciliation' | 'expiries' | 'eventWatch' | 'clock'
>;

export function addGauges(parts: Watched, changes: Pick<Changes, 'waiting'>): void {
  const { metrics, publisher, alarms, reconciliation, expiries, eventWatch, clock } = parts;
  metrics.plainGauge('tuf_ready', '1 while /readyz says that all is well', () =>
    readinessOf(parts, clock.now()).ready ? 1 : 0,
  );
  metrics.gauge('tuf_alarm', '1 for each thing that needs a person now', 'code', () =>
    alarms.findings().map(({ code }) => [code, 1]),
  );
  metrics.gauge('tuf_role_expiry_seconds', 'How long each role is valid yet', 'role', () =>
    secondsLeft(publisher.generation, clock.now()),
  );
  metrics.gauge('tuf_role_version', 'The published version of each online role', 'role', () =>
    onlineVersions(publisher.generation),
  );
  metrics.gauge('tuf_queue_depth', 'Changes to be pushed; commits to be published', 'queue', () => [
    ['changes', changes.waiting],
    ['commits', reconciliation.waiting],
  ]);
  metrics.plainGauge(
    'tuf_roles_signing_due',
    'Roles that people should sign anew',
    () => expiries.due().length,
  );
  metrics.plainGauge(
    'tuf_events_waiting',
    'Signing events that lack signatures',
    () => eventWatch.waiting,
  );
  metrics.plainGauge('process_resident_memory_bytes', 'Memory of the daemon’s process', () =>
    process.memoryUsage.rss(),
  );
  const startedAt = Math.round(Date.now() / 1000 - process.uptime());
  metrics.plainGauge(
    'process_start_time_seconds',
    'When the process started, since 1970',
    () => startedAt,
  );
}

function* secondsLeft(generation: Generation | undefined, now: Date): Readings {
  if (generation === undefined) return;
  const { record, repository } = generation;
  const left = (expires: string) => (Date.parse(expires) - now.getTime()) / 1000;
  yield ['timestamp', left(record.timestamp.signed.expires)];
  yield ['snapshot', left(record.snapshot.signed.expires)];
  yield ['root', left(repository.root.signed.expires)];
  for (const { name, document } of repository.roles.values()) {
    yield [name, left(factsOf(document).expires)];
  }
}

function* onlineVersions(generation: Generation | undefined): Readings {
  if (generation === undefined) return;
  const { timestamp, snapshot } = generation.record;
  for (const { type, signed } of [timestamp, snapshot]) yield [type, signed.version];
}

import type { Finding } from '../core/error/error.ts';
import type { Parts } from './parts.ts';

/** The answer of `/readyz`. */
export interface Readiness {
  /** A generation with life left is served, and nothing needs a person. */
  readonly ready: boolean;
  /** Why not; each with the code of its rule. */
  readonly reasons: readonly Finding[];
  /** Commits of `main` that are good and not published yet: the log and the reasons say why. */
  readonly waitingCommits: number;
  /** Roles that people should sign anew, soonest first; no more than the first 100. */
  readonly expiring: readonly {
    readonly role: string;
    readonly version: number;
    readonly expires: string;
  }[];
  /** What clients see; absent before the first generation. */
  readonly generation?: {
    readonly commit: string;
    readonly snapshot: number;
    readonly timestamp: number;
    readonly publishedAt: string;
    readonly expires: string;
  };
}

type ReadinessParts = Pick<Parts, 'publisher' | 'alarms' | 'reconciliation' | 'expiries'>;

const mostExpiring = 100;

export function readinessOf(
  { publisher, alarms, reconciliation, expiries }: ReadinessParts,
  now: Date,
): Readiness {
  const record = publisher.generation?.record;
  const raised = alarms.findings();
  const expiring = expiries
    .due()
    .slice(0, mostExpiring)
    .map(({ role, version, expires }) => ({ role, version, expires: expires.toISOString() }));
  const waits = { waitingCommits: reconciliation.waiting, expiring };
  if (record === undefined) {
    return { ready: false, reasons: raised.length > 0 ? raised : [starting], ...waits };
  }
  const { expires, version } = record.timestamp.signed;
  const isExpired = new Date(expires) <= now;
  const reasons = isExpired ? [...raised, expired(expires)] : raised;
  return {
    ready: reasons.length === 0,
    reasons,
    ...waits,
    generation: {
      commit: record.commit,
      snapshot: record.snapshot.signed.version,
      timestamp: version,
      publishedAt: record.publishedAt.toISOString(),
      expires,
    },
  };
}

const starting: Finding = {
  code: 'publish.not-ready',
  where: 'the daemon',
  message: 'it is starting',
};

function expired(expires: string): Finding {
  const message = `it expired at ${expires} and could not be renewed`;
  return { code: 'role.expired', where: 'timestamp.json', message };
}

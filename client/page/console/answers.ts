/** What the console's API answers, as far as the page displays it (docs/api.md). */
import { fault, type Finding } from '../../../core/error/error.ts';
import { StatusError } from '../../fetcher.ts';

export interface RoleChange {
  readonly role: string;
  readonly from?: number;
  readonly to?: number;
  readonly summary: string;
}

export interface Generation {
  readonly commit: string;
  readonly snapshot: number;
  readonly timestamp: number;
  readonly published: string;
  readonly pushedBy?: string;
  readonly pushToVisibleMs?: number;
  readonly changes: readonly RoleChange[];
  readonly moreRoles?: number;
}

export interface EventStanding {
  readonly name: string;
  readonly complete: boolean;
  readonly roles: readonly {
    readonly role: string;
    readonly version: number;
    readonly threshold: number;
    readonly signed: readonly string[];
    readonly missing: readonly string[];
    readonly keysOfRoot?: number;
  }[];
  readonly changes: readonly (RoleChange & { readonly words: readonly string[] })[];
}

export interface Health {
  readonly ready: boolean;
  readonly reasons: readonly Finding[];
  readonly startedAt: string;
  readonly waitingCommits: number;
  readonly waitingEvents: number;
  readonly signer: {
    readonly alive: boolean;
    readonly since?: string;
    readonly runs: string;
    readonly keys: readonly {
      readonly scheme: string;
      readonly fingerprint: string;
      readonly place?: string;
    }[];
    readonly failure?: Finding;
  };
}

export interface Status {
  readonly contentUrl: string;
  readonly next: readonly {
    readonly role: string;
    readonly version: number;
    readonly expires: string;
    readonly signingDue?: boolean;
  }[];
}

/**
 * Asks the console that served this page; what it says is displayed and never trusted.
 * @throws `download.unreachable`, `download.status`
 */
export async function askConsole<T>(place: string): Promise<T> {
  const url = `api/v1/${place}`;
  const response = await fetch(url).catch((cause: unknown) => {
    throw fault('download.unreachable', url, 'the console does not answer', { cause });
  });
  if (!response.ok) throw new StatusError(url, response.status);
  return (await response.json()) as T;
}

export interface OpenEvents {
  readonly shown: readonly EventStanding[];
  /** How many there are besides. */
  readonly more: number;
}

/** Each is asked for by itself: of so many at most. */
const mostEvents = 50;

export async function openEvents(): Promise<OpenEvents> {
  const { events } = await askConsole<{ events: readonly { name: string }[] }>('events');
  const names = events.slice(0, mostEvents).map(({ name }) => encodeURIComponent(name));
  const shown = await Promise.all(names.map((name) => askConsole<EventStanding>(`events/${name}`)));
  return { shown, more: events.length - shown.length };
}

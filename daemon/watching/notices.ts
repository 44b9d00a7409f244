/** What the daemon tells as it happens. Each notice is a fact of its own: one may be lost, none is a request. */
import type { AlarmFinding, AlarmSubject } from '../alarms.ts';
import type { Published } from '../publish/publisher-options.ts';

export type Notice =
  | {
      readonly type: 'alarm.raised';
      readonly subject: AlarmSubject;
      readonly findings: readonly AlarmFinding[];
    }
  | { readonly type: 'alarm.over'; readonly subject: AlarmSubject }
  | {
      readonly type: 'generation.published';
      readonly commit: string;
      readonly snapshotVersion: number;
      readonly timestampVersion: number;
      readonly expires: string;
      /** The commits of `main` that came out with it; none: it renews what was there. */
      readonly commits: readonly { readonly commit: string; readonly by?: string }[];
    }
  | {
      /** Roles that people should sign anew, each version once, and once more when it has expired. */
      readonly type: 'roles.expiring';
      readonly roles: readonly {
        readonly role: string;
        readonly version: number;
        readonly expires: string;
        readonly expired: boolean;
      }[];
      /** How many more than those. */
      readonly more: number;
    }
  | {
      readonly type: 'event.waiting';
      readonly event: string;
      readonly tip: string;
      readonly roles: readonly WaitingRole[];
    };

/** A role that an event changes, and the signatures that it has and lacks, in words. */
export interface WaitingRole {
  readonly role: string;
  readonly version: number;
  readonly signatures: string;
}

/** Takes a notice and returns at once; it does not throw. */
export type Notify = (notice: Notice) => void;

export function generationNotice({ generation: { record } }: Published): Notice {
  const { commit, snapshot, timestamp, arrivals } = record;
  return {
    type: 'generation.published',
    commit,
    snapshotVersion: snapshot.signed.version,
    timestampVersion: timestamp.signed.version,
    expires: timestamp.signed.expires,
    commits: arrivals.map((arrival) => ({
      commit: arrival.commit,
      ...(arrival.by === undefined ? {} : { by: arrival.by }),
    })),
  };
}

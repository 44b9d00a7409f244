/** What a client does with each file that it may be given: the way to it, and what follows. */
import { TufOnGitError } from '../../../../core/error/error.ts';
import type { Document } from '../../../../core/metadata/document.ts';
import { TrustedSet } from '../../../../core/metadata/trusted-set.ts';
import { testTime } from '../../../kit/simulated-repository.ts';
import type { FuzzedRole, Generations } from './fuzzed-repository.ts';
import { useTargets } from './use-targets.ts';

export interface Believer {
  /**
   * Shows the bytes as the role's next file.
   * @returns what is trusted now; undefined when it is what was trusted before
   * @throws what the trusted set throws
   */
  readonly believe: (bytes: Uint8Array) => Document | undefined;
  /** Goes on from there, as a client would. @throws faults */
  readonly goOn: () => Promise<void>;
}

/** A client that is ready for the next file of this role. */
export function believerOf(role: FuzzedRole, generations: Generations): Believer {
  const { old, next } = generations;
  const root = role === 'root' ? old.root : next.root;
  const set = TrustedSet.fromRoot(root, { referenceTime: testTime });
  if (role === 'root') return rootBeliever(set, generations);
  if (role === 'timestamp') return timestampBeliever(set, generations);
  if (role === 'snapshot') return snapshotBeliever(set, generations);
  return targetsBeliever(set, role, generations);
}

function rootBeliever(set: TrustedSet, { next }: Generations): Believer {
  return {
    believe: (bytes) => set.updateRoot(bytes),
    goOn: async () => {
      set.requireFreshRoot();
      set.updateTimestamp(next.timestamp);
      set.updateSnapshot(next.snapshot);
      set.updateTargets(next.targets);
      await useTargets(set, next);
    },
  };
}

function timestampBeliever(set: TrustedSet, { old, next }: Generations): Believer {
  set.updateTimestamp(old.timestamp);
  return {
    believe: (bytes) => (set.updateTimestamp(bytes) === 'new' ? set.timestamp : undefined),
    goOn: async () => {
      set.updateSnapshot(next.snapshot);
      set.updateTargets(next.targets);
      await useTargets(set, next);
    },
  };
}

function snapshotBeliever(set: TrustedSet, { old, next }: Generations): Believer {
  set.updateTimestamp(next.timestamp);
  refused(() => set.updateSnapshot(old.snapshot, { trustedBytes: true }));
  return {
    believe: (bytes) => set.updateSnapshot(bytes),
    goOn: async () => {
      set.updateTargets(next.targets);
      await useTargets(set, next);
    },
  };
}

function targetsBeliever(
  set: TrustedSet,
  role: 'targets' | 'team',
  { next }: Generations,
): Believer {
  set.updateTimestamp(next.timestamp);
  set.updateSnapshot(next.snapshot);
  let team = next.team;
  return {
    believe: (bytes) => {
      if (role === 'targets') return set.updateTargets(bytes);
      team = bytes;
      return set.updateDelegatedTargets(bytes, role, set.updateTargets(next.targets));
    },
    goOn: () => useTargets(set, { ...next, team }),
  };
}

/** An old snapshot is refused as final, and kept as what later ones are measured by. */
function refused(work: () => unknown): void {
  try {
    work();
  } catch (error) {
    if (error instanceof TufOnGitError) return;
    throw error;
  }
  throw new RangeError('the old snapshot was taken for the newest');
}

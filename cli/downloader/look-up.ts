import { chooseTarget, chooseTargets } from '../../client/choose-target.ts';
import { inTurns } from '../../client/in-turns.ts';
import type { TargetInfo } from '../../client/target-info.ts';
import type { Updater } from '../../client/updater.ts';
import { TufOnGitError } from '../../core/error/error.ts';

export interface LookUpRequest {
  readonly wanted: readonly string[];
  /** Every artifact of a version that has several. */
  readonly all: boolean;
  /** How many at once. */
  readonly jobs: number;
}

export interface Failure {
  /** What was asked for, or the path of the target. */
  readonly wanted: string;
  readonly error: TufOnGitError;
}

/** What was looked for, found or not. */
export interface LookUps {
  readonly targets: readonly TargetInfo[];
  readonly failures: readonly Failure[];
}

/** Looks them up, `jobs` at once; one that fails leaves the others. */
export async function lookUp(
  updater: Updater,
  { wanted, all, jobs }: LookUpRequest,
): Promise<LookUps> {
  const found = await inTurns(wanted, jobs, (one) =>
    tried(one, async () =>
      all ? await chooseTargets(updater, one) : [await chooseTarget(updater, one)],
    ),
  );
  const targets = found.flatMap((one) => (isFailure(one) ? [] : one));
  return {
    targets: [...new Map(targets.map((info) => [info.path, info])).values()],
    failures: found.filter(isFailure).map(offerAll),
  };
}

function offerAll({ wanted, error }: Failure): Failure {
  const { code, hint } = error;
  if (code !== 'client.ambiguous' || hint === undefined) return { wanted, error };
  return { wanted, error: Object.assign(error, { hint: `${hint}; or for all by --all` }) };
}

/** What it gives, or how it failed; a defect of ours is thrown on. */
export async function tried<T>(wanted: string, work: () => T | Promise<T>): Promise<T | Failure> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof TufOnGitError) return { wanted, error };
    throw error;
  }
}

export function isFailure(value: object): value is Failure {
  return 'error' in value;
}

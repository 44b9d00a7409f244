import type { RuleCode } from '../../../core/error/codes.ts';
import type { GitRun } from '../../kit/git.ts';
import type { Change, PushScene } from '../../kit/push-scene.ts';

/** One rule by two pushes: what it is there to refuse, and the nearest thing that it must let through. */
export interface PushCase {
  readonly code: RuleCode;
  readonly bad: Attempt;
  readonly good: Attempt;
  /** True: the bad push stands, and the code is told as a notice. */
  readonly isNotice?: boolean;
  /** Codes that the bad push earns besides. */
  readonly also?: readonly RuleCode[];
  /** Made to the tree of `validTree` and put on `main` past the hook; `nothing`: there is no `main`. */
  readonly given?: Change | 'nothing';
}

/** What is pushed, in words, and the push: one commit with a change, or whatever a function does. */
export type Attempt = readonly [what: string, push: Change | Deed];

/** A push that is more than one commit on `main`. */
export interface Deed {
  readonly push: (scene: PushScene) => Promise<GitRun>;
}

export function attempt(scene: PushScene, [, deed]: Attempt): Promise<GitRun> {
  return typeof deed === 'function' ? scene.push(scene.commit(deed).oid) : deed.push(scene);
}

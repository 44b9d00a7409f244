/** A random repository that holds: several commits of `main`, most of them published. */
import fc from 'fast-check';
import { keysOf, repositoryName } from '../../kit/source-tree.ts';
import type { Choices } from './choices.ts';
import { delegate, rekey, undelegate } from './delegation-steps.ts';
import { commonFields, Draft, type State } from './draft.ts';
import { onlineKeys, people } from './key-ring.ts';
import {
  annotate,
  changeOnlineKeys,
  changeRootKey,
  changeTargetsKey,
  renew,
} from './role-steps.ts';
import type { Step } from './step.ts';
import { profiles } from './target-paths.ts';
import { addTarget, changeTarget, dropTarget } from './target-steps.ts';

export interface HistoryCommit {
  readonly state: State;
  /** What was done, in words. */
  readonly words: readonly string[];
  readonly isPublished: boolean;
}

/** Each as likely as it is often here. */
const usualSteps: readonly Step[] = [
  ...[delegate, delegate, delegate, addTarget, addTarget, addTarget, changeTarget, dropTarget],
  ...[undelegate, rekey, renew, annotate, changeRootKey, changeTargetsKey, changeOnlineKeys],
];

export function randomHistory(choices: Choices): readonly HistoryCommit[] {
  let last = commitOf(firstDraft(choices), [...foundation(choices)], choices);
  const commits = [last];
  const more = 1 + choices.below(4);
  for (let count = 0; count < more; count += 1) {
    last = randomCommit(last.state, choices);
    commits.push(last);
  }
  return commits.with(-1, { ...last, isPublished: true });
}

/** What somebody could push next, done rightly. */
export function randomCommit(before: State, choices: Choices): HistoryCommit {
  const steps = Array.from({ length: 1 + choices.below(3) }, () => choices.of(usualSteps));
  return commitOf(new Draft(before), steps, choices);
}

function* foundation(choices: Choices): Iterable<Step> {
  const roles = choices.below(6);
  for (let count = 0; count < roles; count += 1) yield delegate;
  for (let count = 0; count < 2 * roles; count += 1) yield addTarget;
}

function commitOf(draft: Draft, steps: readonly Step[], choices: Choices): HistoryCommit {
  const done = steps.flatMap((step) => step(draft, choices) ?? []);
  const words = done.length > 0 ? done : [renew(draft, choices) ?? ''];
  return { state: draft.seal(), words, isPublished: !choices.oneIn(4) };
}

function firstDraft(choices: Choices): Draft {
  const draft = new Draft();
  const [one, two, three, admin] = choices.draw(fourPeople);
  const [online] = onlineKeys;
  if (!one || !two || !three || !admin || !online) throw new RangeError('too few keys');
  const by = (key: { readonly keyid: string }) => ({ keyids: [key.keyid], threshold: 1 });
  const admins = { keyids: [one.keyid, two.keyid, three.keyid], threshold: 2 + choices.below(2) };
  draft.add('root', {
    ...commonFields('root'),
    consistent_snapshot: true,
    keys: keysOf(one, two, three, admin, online),
    roles: { root: admins, targets: by(admin), snapshot: by(online), timestamp: by(online) },
    'x-tuf-on-git-policy': { repository: repositoryName, profile: choices.of(profiles) },
  });
  draft.add('targets', { ...commonFields('targets'), targets: {} });
  return draft;
}

const fourPeople = fc.uniqueArray(fc.constantFrom(...people), { minLength: 4, maxLength: 4 });

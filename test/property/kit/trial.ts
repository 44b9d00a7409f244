/** A random repository, published generation by generation, against which pushes are tried. */
import { line, TufOnGitError } from '../../../core/error/error.ts';
import type { ObjectId } from '../../../core/git/object-id.ts';
import { rootFile } from '../../../core/rules/state.ts';
import type { RuleFinding } from '../../../core/rules/verdict.ts';
import type { Tree } from '../../kit/source-tree.ts';
import type { Choices } from './choices.ts';
import type { Follower } from './clients/follower.ts';
import { signedIn, type State } from './draft.ts';
import { faultsOf, hiddenEntries } from './expectations.ts';
import type { GateOnDisk } from './gate-on-disk.ts';
import { plainFiles, type Push, type PushedCommit } from './mutations/push.ts';
import { publish, type PublishedSet } from './published-set.ts';
import { randomHistory, type HistoryCommit } from './random-history.ts';
import { everyMatcher, withinSegments, type Matcher } from './reference-walk.ts';

/** Something that must not be: what, and all that is needed to see it again. */
class Broken extends RangeError {
  constructor(what: string, words: string, commit: ObjectId, bare: string) {
    super(`${what}\n  mutation: ${words}\n  commit ${commit} in ${bare}`);
  }
}

interface Judged {
  readonly codes: readonly string[];
  readonly notices: readonly RuleFinding[];
}

interface Tip {
  readonly commit: ObjectId;
  readonly parent: ObjectId;
  readonly state: State;
  readonly published: PublishedSet;
}

export class Trial {
  readonly #gate: GateOnDisk;
  readonly #followers: readonly Follower[];
  readonly #pinned: Uint8Array;
  readonly #tip: Tip;

  private constructor(
    gate: GateOnDisk,
    followers: readonly Follower[],
    pinned: Uint8Array,
    tip: Tip,
  ) {
    this.#gate = gate;
    this.#followers = followers;
    this.#pinned = pinned;
    this.#tip = tip;
  }

  /** @throws Broken when the gate refuses what was done rightly */
  static async begin(
    gate: GateOnDisk,
    followers: readonly Follower[],
    choices: Choices,
  ): Promise<Trial> {
    const history = randomHistory(choices);
    const pinned = history[0]?.state.tree.get(rootFile) ?? Buffer.of();
    const commits: ObjectId[] = [];
    for (const { state, words } of history) {
      const files = plainFiles(state.tree);
      commits.push(gate.commit({ files, parents: commits.slice(-1), message: words.join('\n') }));
    }
    const sets = publishAll(history);
    const [commit, parent] = commits.toReversed();
    const [state, published] = [history.at(-1)?.state, sets.at(-1)];
    if (!commit || !parent || !state || !published) {
      throw new RangeError('the history is too short');
    }
    const trial = new Trial(gate, followers, pinned, { commit, parent, state, published });
    await trial.#requireGood();
    await Promise.all(followers.map((follower) => follower.begin(pinned, sets)));
    return trial;
  }

  get tip(): State {
    return this.#tip.state;
  }

  /**
   * Has a push judged and, when it is accepted, followed by every client.
   * @returns the codes of the refusals; none when the gate accepts
   * @throws Broken
   */
  async try(push: Push): Promise<readonly string[]> {
    const commit = this.#write(push.commits);
    const broken = (what: string) => new Broken(what, push.words, commit, this.#gate.bare);
    const verdict = await this.#judge(commit).catch((error: unknown) => {
      throw broken(`the gate broke: ${String(error)}`);
    });
    if (verdict.codes.length === 0) {
      const tree = plainTree(push.commits.at(-1));
      const faults = [
        ...(await this.#judgeAgain(commit)),
        ...(await this.#follow(tree, verdict).catch((error: unknown) => [String(error)])),
      ];
      if (faults.length > 0) throw broken(`the gate accepts, but ${faults.join('\n  and ')}`);
    }
    return verdict.codes;
  }

  async #requireGood(): Promise<void> {
    const { bad } = await this.#gate.history(this.#tip.commit, this.#pinned);
    if (bad === undefined) return;
    const why = bad.refusals.map(line).join(', ');
    throw new Broken(`the gate refuses good work: ${why}`, 'none', bad.commit, this.#gate.bare);
  }

  /**
   * What was accepted step by step holds as a whole; and all of it when it is told again, which
   * takes long: a quarter of the commits, as their object ids have it.
   */
  async #judgeAgain(commit: ObjectId): Promise<readonly string[]> {
    const { refusals } = await this.#gate.tip(commit, this.#pinned);
    const told = /^[0-3]/.test(commit) ? await this.#gate.history(commit, this.#pinned) : undefined;
    return [
      ...refusals.map((found) => `the whole tip does not hold: ${line(found)}`),
      ...(told?.bad?.refusals ?? []).map((found) => `the history does not hold: ${line(found)}`),
    ];
  }

  #write(commits: readonly PushedCommit[]): ObjectId {
    const { commit: tip, parent } = this.#tip;
    let last = tip;
    for (const { files, parents } of commits) {
      const named = {
        none: [],
        'parent of the tip': [parent],
        'tip and its parent': [tip, parent],
      };
      const chosen = parents === undefined ? [last] : named[parents];
      last = this.#gate.commit({ files, parents: chosen, message: 'a push' });
    }
    return last;
  }

  async #judge(commit: ObjectId): Promise<Judged> {
    this.#gate.setMain(this.#tip.commit);
    try {
      const pushed = await this.#gate.push(this.#tip.commit, commit, this.#pinned);
      return { codes: pushed.refusals.map(({ code }) => code), notices: pushed.notices };
    } catch (error) {
      if (error instanceof TufOnGitError) return { codes: [error.code], notices: [] };
      throw error;
    }
  }

  async #follow(tree: Tree, { notices }: Judged): Promise<readonly string[]> {
    const { published } = this.#tip;
    const next = publish(tree, published);
    const faults = await Promise.all(
      this.#followers.map(async (follower) => {
        const outcomes = await follower.follow(next.files, [...next.targets.keys()]);
        return faultsOf(follower.name, outcomes, next.targets);
      }),
    );
    const hidden = hiddenEntries(published.roles, next.roles, matchersIn(tree), notices);
    return [...faults.flat(), ...hidden];
  }
}

/** Of the clients that root's policy lists. */
function matchersIn(tree: Tree): readonly Matcher[] {
  const policy = signedIn(tree, 'root')?.['x-tuf-on-git-policy'] as { readonly clients?: string[] };
  return policy.clients?.includes('tough') === false ? [withinSegments] : everyMatcher;
}

function publishAll(history: readonly HistoryCommit[]): readonly PublishedSet[] {
  const sets: PublishedSet[] = [];
  for (const { state, isPublished } of history) {
    if (isPublished) sets.push(publish(state.tree, sets.at(-1)));
  }
  return sets;
}

function plainTree(commit: PushedCommit | undefined): Tree {
  return new Map([...(commit?.files ?? [])].map(([path, { bytes }]) => [path, bytes]));
}

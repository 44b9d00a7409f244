/** The gate over a real bare repository, into which any commits can be written. */
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { verifyHistory, type HistoryVerdict } from '../../../core/gate/history.ts';
import { judgePush } from '../../../core/gate/push.ts';
import { verifyTip } from '../../../core/gate/tip.ts';
import {
  openBareRepository,
  type BareRepository,
} from '../../../core/git/binary/bare-repository.ts';
import type { ObjectId } from '../../../core/git/object-id.ts';
import { parseDocument } from '../../../core/metadata/document.ts';
import { mainRef } from '../../../core/rules/ref-rules.ts';
import type { Verdict } from '../../../core/rules/verdict.ts';
import { gitSandbox, type GitSandbox } from '../../kit/git.ts';
import { now } from '../../kit/source-tree.ts';
import { onlineKeys } from './key-ring.ts';
import { LooseObjects, type NewCommit } from './loose-objects.ts';

export class GateOnDisk {
  readonly bare: string;
  readonly #sandbox: GitSandbox;
  readonly #repository: BareRepository;
  readonly #objects: LooseObjects;

  static async open(): Promise<GateOnDisk> {
    return new GateOnDisk(await gitSandbox());
  }

  private constructor(sandbox: GitSandbox) {
    this.bare = sandbox.bare;
    this.#sandbox = sandbox;
    this.#repository = openBareRepository(sandbox.bare);
    this.#objects = new LooseObjects(sandbox.bare);
  }

  commit(commit: NewCommit): ObjectId {
    return this.#objects.commit(commit);
  }

  /** Moves `main`, past every hook. */
  setMain(commit: ObjectId): void {
    const file = path.join(this.bare, mainRef);
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, `${commit}\n`);
  }

  /** Every transition since the first commit. */
  history(commit: ObjectId, pinned: Uint8Array): Promise<HistoryVerdict> {
    return verifyHistory(this.#repository, undefined, commit, {
      ...contextOf(pinned),
      receivedAt: () => Promise.resolve(now),
    });
  }

  /** The state of one commit by itself. */
  tip(commit: ObjectId, pinned: Uint8Array): Promise<Verdict> {
    return verifyTip(this.#repository, commit, contextOf(pinned));
  }

  /** As pre-receive judges a push of `main` to this commit. */
  push(from: ObjectId, to: ObjectId, pinned: Uint8Array): Promise<Verdict> {
    return judgePush(this.#repository, [{ ref: mainRef, from, to }], contextOf(pinned));
  }

  async close(): Promise<void> {
    await this.#repository.close();
  }

  async remove(): Promise<void> {
    await this.#sandbox.remove();
  }
}

function contextOf(pinned: Uint8Array) {
  return { pinnedRoot: parseDocument('root', pinned), onlineKeys, receivedAt: now };
}

import assert from 'node:assert/strict';
import type { JsonObject } from '../../core/metadata/json.ts';
import { gatedRepository, type GatedRepository } from './gated-repository.ts';
import type { GitRun } from './git.ts';
import { eventPushes, makeTeams, type EventChange, type EventPushes } from './signing-events.ts';
import { validTree } from './source-tree.ts';

const start = validTree();

/** The root that the scenes below are pinned to. */
export const firstRoot = Buffer.from(start.get('metadata/root.json') ?? '');

/** A repository behind the real hook, with teams on `main`, for each test of the suite. */
export interface GatedEvents {
  readonly gated: GatedRepository;
  readonly pushes: EventPushes;
  /** Starts over under another policy. */
  restart(policy: JsonObject): Promise<void>;
  /** Pushes to the event `release`, or to another. */
  push(change: EventChange, event?: string): Promise<GitRun>;
}

export function gatedEvents(): GatedEvents {
  let gated: GatedRepository;
  let pushes: EventPushes;
  const open = async (policy: JsonObject = {}): Promise<void> => {
    gated = await gatedRepository(firstRoot);
    await gated.sandbox.ok(['config', 'core.fsync', 'none']);
    await gated.commit(start);
    accepted(await gated.push());
    pushes = eventPushes(gated.clone);
    accepted(await pushes.pushMain((tree) => makeTeams(tree, policy)));
  };
  beforeEach(() => open());
  afterEach(() => gated.sandbox.remove());
  return {
    get gated() {
      return gated;
    },
    get pushes() {
      return pushes;
    },
    restart: async (policy) => {
      await gated.sandbox.remove();
      await open(policy);
    },
    push: (change, event = 'release') => pushes.push(event, change),
  };
}

export function accepted(run: GitRun): GitRun {
  assert.equal(run.status, 0, run.stderr);
  assert.deepEqual(codesIn(run), []);
  return run;
}

export async function refused(push: Promise<GitRun>, ...codes: string[]): Promise<void> {
  const run = await push;
  assert.deepEqual([...new Set(codesIn(run))].sort(), codes.sort(), run.stderr);
  assert.notEqual(run.status, 0);
}

/** The lines of the hook. */
export function said({ stderr }: GitRun): readonly string[] {
  return [...stderr.matchAll(/tuf-on-git: (.*?)\s*$/gm)].map(([, text = '']) => text);
}

function codesIn(run: GitRun): readonly string[] {
  return said(run).flatMap((text) => /^refused \[([a-z0-9.-]+)\]/.exec(text)?.[1] ?? []);
}

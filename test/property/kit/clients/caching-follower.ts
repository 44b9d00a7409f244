/** The part that clients in this process share: a folder for each cache, copied for each update. */
import { cpSync, mkdirSync, rmSync } from 'node:fs';
import path from 'node:path';
import type { Files } from '../published-set.ts';
import { startName, type Follower, type Outcome } from './follower.ts';
import { memoryFolder } from './memory-folder.ts';

export interface Pull {
  /** Where the client keeps its metadata. */
  readonly folder: string;
  readonly files: Files;
  readonly targets: readonly string[];
}

export interface ClientUnderTest {
  readonly name: string;
  /** Trusts this root in an empty folder. */
  trust(folder: string, pinned: Uint8Array): Promise<void>;
  /** Refreshes and downloads. @throws whatever the client throws */
  pull(pull: Pull): Promise<Outcome['targets']>;
}

export function cachingFollower(client: ClientUnderTest): Follower {
  const top = memoryFolder();
  let starts: string[] = [];
  const cache = (index: number): string => path.join(top, `cache-${index}`);
  return {
    name: client.name,
    begin: async (pinned, generations) => {
      for (const start of starts) rmSync(start, { recursive: true });
      starts = [cache(0)];
      mkdirSync(cache(0));
      await client.trust(cache(0), pinned);
      for (const [index, { files, targets }] of generations.entries()) {
        const folder = cache(index + 1);
        cpSync(cache(index), folder, { recursive: true });
        starts.push(folder);
        await client.pull({ folder, files, targets: [...targets.keys()] });
      }
    },
    follow: async (files, targets) => {
      const outcomes: Outcome[] = [];
      const folder = path.join(top, 'now');
      for (const [index, start] of starts.entries()) {
        cpSync(start, folder, { recursive: true });
        outcomes.push(await outcomeOf(client, startName(index), { folder, files, targets }));
        rmSync(folder, { recursive: true });
      }
      return outcomes;
    },
    close: () => {
      rmSync(top, { recursive: true, force: true });
      return Promise.resolve();
    },
  };
}

async function outcomeOf(client: ClientUnderTest, from: string, pull: Pull): Promise<Outcome> {
  try {
    return { from, targets: await client.pull(pull) };
  } catch (error) {
    const refusal = error instanceof Error ? `${error.constructor.name}: ${error.message}` : '?';
    return { from, refusal, targets: {} };
  }
}

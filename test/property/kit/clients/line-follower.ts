/** Clients in other languages: a process of theirs for all cases, a line of JSON in, a line out. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { rmSync } from 'node:fs';
import { createInterface } from 'node:readline';
import type { JsonObject } from '../../../../core/metadata/json.ts';
import type { Files } from '../published-set.ts';
import { startName, type Follower, type Outcome } from './follower.ts';
import { memoryFolder } from './memory-folder.ts';

interface Answer {
  readonly outcomes?: readonly Omit<Outcome, 'from'>[];
}

/**
 * @param command a program that speaks as test/property/python/follow.py explains, and its arguments;
 *   a folder for its caches is added to them
 */
export function lineFollower(name: string, command: readonly [string, ...string[]]): Follower {
  const [program, ...args] = command;
  const folder = memoryFolder();
  const child = spawn(program, [...args, folder], { stdio: ['pipe', 'pipe', 'inherit'] });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const ask = async (request: object): Promise<Answer> => {
    child.stdin.write(`${JSON.stringify(request)}\n`);
    const line = await lines.next();
    if (line.done === true) throw new RangeError(`${name} ended without an answer`);
    return JSON.parse(line.value) as Answer;
  };
  return {
    name,
    begin: async (pinned, generations) => {
      const all = generations.map(({ files, targets }) => generation(files, [...targets.keys()]));
      await ask({ op: 'begin', pinned: base64(pinned), generations: all });
    },
    follow: async (files, targets) => {
      const { outcomes = [] } = await ask({ op: 'follow', ...generation(files, targets) });
      return outcomes.map((outcome, index) => ({ ...outcome, from: startName(index) }));
    },
    close: async () => {
      const ended = once(child, 'close');
      child.stdin.end();
      await ended;
      rmSync(folder, { recursive: true });
    },
  };
}

function generation(files: Files, targets: readonly string[]): JsonObject {
  const contents = [...files].map(([path, bytes]) => [path, base64(bytes)]);
  return { files: Object.fromEntries(contents) as JsonObject, targets: [...targets] };
}

function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('base64');
}

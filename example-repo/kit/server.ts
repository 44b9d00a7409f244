/** The daemon of a story, started as an operator starts it. */
import { spawn } from 'node:child_process';
import { createWriteStream } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import type { Person } from './person.ts';
import { endProcess, type Stage } from './stage.ts';
import { StoryFailure } from './story-failure.ts';
import { tufOnGit } from './tuf-on-git.ts';

export interface Server {
  readonly home: string;
  /** Base URL of what clients read. */
  readonly content: string;
  /** Base URL of what people and tools talk to. */
  readonly console: string;
  /** File of its log. */
  readonly log: string;
  stop(): Promise<void>;
}

/** The options of `init` that say where the daemon is to listen. */
export function listenOptions({ options: { port } }: Stage): readonly string[] {
  const next = port === 0 ? 0 : port + 1;
  return ['--content-listen', `127.0.0.1:${port}`, '--console-listen', `127.0.0.1:${next}`];
}

/** `tuf-on-git serve`. Resolves when both listeners answer. @throws StoryFailure with its own words */
export async function serve(stage: Stage, operator: Person, home: string): Promise<Server> {
  const log = stage.path('server.log');
  const child = spawn(process.execPath, [tufOnGit, 'serve', home, '--json-ready'], {
    env: operator.env,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  stage.adopt(child);
  child.stderr.pipe(createWriteStream(log, { flags: 'a' }));
  const line = await firstLine(child.stdout);
  if (line === undefined) {
    const last = (await readFile(log, 'utf8')).trim().split('\n').at(-1);
    throw new StoryFailure(last ?? 'the server ended without a word');
  }
  const { content, console } = JSON.parse(line) as { content: string; console: string };
  return { home, log, content, console, stop: () => endProcess(child) };
}

/** Undefined when there is none. */
async function firstLine(stream: Readable): Promise<string | undefined> {
  for await (const line of createInterface(stream)) return line;
  return undefined;
}

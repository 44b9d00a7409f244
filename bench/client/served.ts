import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

/** A folder with a repository's public files, served by another process. */
export interface Served {
  /** Where a benchmark has room: the public files are in `public/` below it. */
  readonly folder: string;
  /** Without a slash at its end. */
  readonly url: string;
  /** The paths that were asked for since the last call. */
  readonly requests: () => Promise<readonly string[]>;
}

/** @param fill writes `metadata/` and `targets/` into the folder that it is given */
export async function withServed(
  fill: (publicFolder: string) => Promise<void>,
  use: (served: Served) => Promise<void>,
): Promise<void> {
  const folder = await mkdtemp(path.join(tmpdir(), 'tuf-on-git-bench-'));
  const publicFolder = path.join(folder, 'public');
  const server = fork(path.join(import.meta.dirname, 'static-server.mjs'), [publicFolder], {
    execArgv: [],
  });
  try {
    const port = await answerOf<number>(server);
    await mkdir(publicFolder);
    await fill(publicFolder);
    const requests = async () => {
      server.send('requests');
      return answerOf<string[]>(server);
    };
    await use({ folder, url: `http://127.0.0.1:${port}`, requests });
  } finally {
    server.disconnect();
    await rm(folder, { recursive: true, force: true });
  }
}

async function answerOf<T>(server: ChildProcess): Promise<T> {
  const [answer] = (await once(server, 'message')) as [T];
  return answer;
}

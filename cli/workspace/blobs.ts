/** Target files that are too large for git: they go to the server's blob store. */
import type { TargetBlobs } from '../../core/rules/state.ts';
import { ask, refusedBy } from '../server/api.ts';
import type { Blob } from '../server/send-blob.ts';
import type { Output } from '../terminal/output.ts';
import type { Project } from './project.ts';

type Place = Pick<Project, 'server' | 'settings'>;

/** @param length of the file, in bytes */
export function belongsInBlobs({ server, settings }: Place, length: number): boolean {
  return server !== undefined && length > settings.inGitUpTo;
}

/** @throws what `sendBlob` does */
export async function sendBlobs(
  { server }: Pick<Project, 'server'>,
  blobs: readonly Blob[],
  out: Pick<Output, 'progress' | 'say'>,
): Promise<void> {
  if (server === undefined || blobs.length === 0) return;
  const { sendBlob } = await import('../server/send-blob.ts');
  for (const blob of blobs) {
    await sendBlob(server, blob, (sent) => {
      out.progress(`${blob.source}: ${percent(sent, blob.length)}`);
    });
    out.say(`${blob.source}: the server has it, ${blob.length} bytes`);
  }
}

/** What the server has and this token may know of: its own uploads, and what is public. */
export function serverBlobs({ server }: Pick<Project, 'server'>): TargetBlobs | undefined {
  if (server === undefined) return undefined;
  return {
    find: async (sha256) => {
      const answer = await ask(server, 'HEAD', `/blobs/${sha256}`);
      if ([401, 403, 404].includes(answer.status)) return undefined;
      if (answer.status !== 200) throw refusedBy(server, answer);
      return { length: Number(answer.headers['content-length']) };
    },
    stream: (sha256) => {
      throw new RangeError(`${sha256} can be asked for, not fetched`);
    },
  };
}

function percent(part: number, whole: number): string {
  return `${Math.floor((100 * part) / whole)} % of ${Math.ceil(whole / (1 << 20))} MiB`;
}

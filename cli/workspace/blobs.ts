/** Target files that are too large for git: they go to the server's blob store. */
import type { Blob } from '../server/send-blob.ts';
import type { Output } from '../terminal/output.ts';
import { rememberBlob } from './measured-blobs.ts';
import type { Project } from './project.ts';

type Place = Pick<Project, 'server' | 'settings'>;

/** @param length of the file, in bytes */
export function belongsInBlobs({ server, settings }: Place, length: number): boolean {
  return server !== undefined && length > settings.inGitUpTo;
}

/** @throws what `sendBlob` does */
export async function sendBlobs(
  { server, git }: Pick<Project, 'server' | 'git'>,
  blobs: readonly Blob[],
  out: Pick<Output, 'progress' | 'say'>,
): Promise<void> {
  if (server === undefined || blobs.length === 0) return;
  const { sendBlob } = await import('../server/send-blob.ts');
  for (const blob of blobs) {
    await sendBlob(server, blob, (sent) => {
      out.progress(`${blob.source}: ${percent(sent, blob.length)}`);
    });
    await rememberBlob(git.stateDir, blob);
    out.say(`${blob.source}: the server has it, ${blob.length} bytes`);
  }
}

function percent(part: number, whole: number): string {
  return `${Math.floor((100 * part) / whole)} % of ${Math.ceil(whole / (1 << 20))} MiB`;
}

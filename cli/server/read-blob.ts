/** The server's blob store, read: what it says it has, and its content. */
import { ask, download, refusedBy, type ServerApi } from './api.ts';

/** Whether it has a file that this token may refer to. */
export async function hasBlob(server: ServerApi, sha256: string): Promise<boolean> {
  const answer = await ask(server, 'HEAD', `/blobs/${sha256}`);
  if (isWithheld(answer.status)) return false;
  if (answer.status === 200) return true;
  throw refusedBy(server, answer);
}

/**
 * The content as it comes; undefined where there is none that this token may see.
 * @throws `repository.unreachable`, also out of the stream
 */
export async function readBlob(
  server: ServerApi,
  sha256: string,
): Promise<AsyncIterable<Uint8Array> | undefined> {
  const { status, headers, content } = await download(server, `/blobs/${sha256}`);
  if (status === 200) return content;
  let text = '';
  for await (const chunk of content) text += Buffer.from(chunk).toString('utf8');
  if (isWithheld(status)) return undefined;
  throw refusedBy(server, { status, headers, text });
}

function isWithheld(status: number): boolean {
  return [401, 403, 404].includes(status);
}

import type { Fetcher } from '../../client/fetcher.ts';

/** A short file as text. */
export async function bodyOf(fetcher: Fetcher, url: string, maxLength = 10): Promise<string> {
  const { body } = await fetcher.fetch(url, { maxLength });
  const chunks: Uint8Array[] = [];
  for await (const chunk of body) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}

import type { Fetcher } from './fetcher.ts';
import { withRetries, type RetryPolicy } from './retry.ts';

/** A whole small file into memory. @throws `download.*` */
export function fetchBytes(
  source: { readonly fetcher: Fetcher; readonly retry: RetryPolicy },
  url: string,
  maxLength: number,
): Promise<Uint8Array> {
  return withRetries(source.retry, async () => {
    const { body } = await source.fetcher.fetch(url, { maxLength });
    const chunks: Uint8Array[] = [];
    for await (const chunk of body) chunks.push(chunk);
    return Buffer.concat(chunks);
  });
}

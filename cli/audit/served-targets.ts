import { isAbsent, type Fetcher } from '../../client/fetcher.ts';
import { inTurns } from '../../client/in-turns.ts';
import { withRetries, type RetryPolicy } from '../../client/retry.ts';
import type { TargetInfo } from '../../client/target-info.ts';
import { fault } from '../../core/error/error.ts';
import { ContentDigest } from '../../core/metadata/content.ts';
import type { Contents } from './target-contents.ts';

interface TargetSource {
  readonly fetcher: Fetcher;
  readonly retry: RetryPolicy;
  readonly urlsOf: (info: TargetInfo) => Promise<readonly string[]>;
}

/** How many files at once. */
const atOnce = 4;

/**
 * Reads every target file and keeps none. One that several entries share is read once.
 * @throws `target.missing`, `target.length`, `target.hash`: the first that does not hold; `download.*`
 */
export async function verifyServedTargets(
  targets: readonly TargetInfo[],
  source: TargetSource,
  progress: (text: string) => void,
): Promise<Contents> {
  const files = new Map<string, TargetInfo>();
  for (const info of targets) {
    const [url = ''] = await source.urlsOf(info);
    files.set(JSON.stringify([url, info.length, info.hashes]), info);
  }
  let done = 0;
  await inTurns([...files.values()], atOnce, async (info) => {
    await verifyOne(info, source);
    progress(`target files: ${(done += 1)} of ${files.size}`);
  });
  const bytes = [...files.values()].reduce((sum, { length }) => sum + length, 0);
  return { targets: targets.length, files: files.size, bytes };
}

async function verifyOne(info: TargetInfo, source: TargetSource): Promise<void> {
  const [url = ''] = await source.urlsOf(info);
  try {
    await withRetries(source.retry, () => readOnce(info, url, source.fetcher));
  } catch (cause) {
    if (!isAbsent(cause)) throw cause;
    throw fault('target.missing', info.path, `role ${info.role} lists it, and it is not there`, {
      cause,
    });
  }
}

async function readOnce({ path, length, hashes }: TargetInfo, url: string, fetcher: Fetcher) {
  const digest = new ContentDigest(hashes, path);
  const { body } = await fetcher.fetch(url, { maxLength: length });
  let received = 0;
  for await (const chunk of body) {
    digest.update(chunk);
    received += chunk.length;
  }
  if (received !== length) {
    throw fault('target.length', path, `${received} bytes where ${length} are signed for`);
  }
  if (!digest.matches()) throw fault('target.hash', path, 'it is not the file that was signed');
}

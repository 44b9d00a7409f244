/**
 * `watching-client URL FOLDER`: a client that trusts what `Updater.init` has put into FOLDER/metadata,
 * refreshes and downloads until its stdin ends, and then says as one line of JSON
 * what it saw: a WatchReport.
 */
import { createHash } from 'node:crypto';
import { rm } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { Fetched, Fetcher, FetchOptions } from '../../../client/fetcher.ts';
import { httpFetcher } from '../../../client/http-fetcher.ts';
import { Updater } from '../../../client/updater.ts';
import { TufOnGitError } from '../../../core/error/error.ts';
import type { WatchFailure, WatchReport } from './watch-report.ts';

const [url = '', folder = ''] = process.argv.slice(2);
const once = { attempts: 1, pause: () => Promise.resolve() };
const failures: WatchFailure[] = [];
const contradictions: string[] = [];
const digests = new Map<string, string>();
const counts = { updates: 0, downloads: 0 };
let timestampVersion = 0;
let isOver = false;

process.stdin.on('end', () => (isOver = true)).resume();
void watch();

async function watch(): Promise<void> {
  const fetcher = observed(httpFetcher());
  while (!isOver) {
    const from = Date.now();
    try {
      await update(fetcher);
      counts.updates += 1;
    } catch (error) {
      const { code, message } =
        error instanceof TufOnGitError ? error : { code: 'defect', message: String(error) };
      failures.push({ from, to: Date.now(), code, message });
    }
    await delay(10); // the daemon wants the processor too
  }
  const report: WatchReport = { ...counts, timestampVersion, failures, contradictions };
  process.stdout.write(`${JSON.stringify(report)}\n`, () => process.exit());
}

/** Refreshes, and downloads the newest targets. */
async function update(fetcher: Fetcher): Promise<void> {
  const updater = new Updater({
    metadataDir: path.join(folder, 'metadata'),
    metadataUrl: `${url}/metadata`,
    targetsUrl: `${url}/targets`,
    fetcher,
    retry: once,
  });
  await updater.refresh();
  const { targets, unavailable } = await updater.listTargets();
  if (unavailable[0] !== undefined) throw new TufOnGitError(unavailable[0]);
  for (const { path: target } of targets.slice(-2)) {
    const info = await updater.getTargetInfo(target);
    if (info === undefined) throw new RangeError(`${target} was listed, and is not there`);
    const file = path.join(folder, 'download');
    await updater.downloadTarget(info, file);
    await rm(file);
    counts.downloads += 1;
  }
}

/** Looks at every whole file on its way: no name and no version may ever have other bytes. */
function observed(inner: Fetcher): Fetcher {
  return {
    fetch: async (from: string, options: FetchOptions): Promise<Fetched> => {
      const fetched = await inner.fetch(from, options);
      if (fetched.offset > 0) return fetched;
      return { ...fetched, body: passedOn(from, fetched.body) };
    },
  };
}

async function* passedOn(from: string, body: AsyncIterable<Uint8Array>) {
  const chunks: Uint8Array[] = [];
  for await (const chunk of body) {
    chunks.push(chunk);
    yield chunk;
  }
  seen(from, Buffer.concat(chunks));
}

function seen(from: string, bytes: Buffer): void {
  const version = from.endsWith('/timestamp.json') ? versionIn(bytes) : undefined;
  if (version !== undefined) {
    if (version < timestampVersion) contradictions.push(`timestamp ${version} came again`);
    timestampVersion = Math.max(timestampVersion, version);
  }
  const key = version === undefined ? from : `timestamp ${version}`;
  const digest = createHash('sha256').update(bytes).digest('hex');
  const known = digests.get(key);
  if (known !== undefined && known !== digest) contradictions.push(`${key} has other bytes`);
  digests.set(key, digest);
}

function versionIn(bytes: Buffer): number {
  return (JSON.parse(bytes.toString('utf8')) as { signed: { version: number } }).signed.version;
}

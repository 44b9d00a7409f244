import { mkdir, readFile, readdir, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import path from 'node:path';
import { Updater } from 'tuf-js';
import type { ForeignClient, MakeForeignClient, Pulled } from './foreign-client.ts';

const manifest = createRequire(import.meta.url)('tuf-js/package.json') as { version: string };
const name = 'tuf-js';
const client = `${name} ${manifest.version}`;

/** The client that npm and sigstore-js use, with a new updater for every pull. */
export const makeTufJsClient: MakeForeignClient = async (folder, trustedRoot, served) => {
  const [metadataDir, targetDir] = [path.join(folder, 'metadata'), path.join(folder, 'targets')];
  await Promise.all([mkdir(metadataDir), mkdir(targetDir)]);
  await writeFile(path.join(metadataDir, 'root.json'), trustedRoot);
  const updater = (): Updater =>
    new Updater({
      metadataDir,
      targetDir,
      metadataBaseUrl: served.metadataUrl,
      targetBaseUrl: served.targetUrl,
      config: { fetchRetries: 0, fetchRetry: false },
    });
  const pull: ForeignClient['pull'] = async (targetPaths) => {
    try {
      const targets = await downloadAll(updater(), targetPaths);
      return { client, versions: await trustedVersions(metadataDir), targets };
    } catch (error) {
      return { client, refusal: error instanceof Error ? error.constructor.name : String(error) };
    }
  };
  return { name, pull };
};

async function downloadAll(
  updater: Updater,
  targetPaths: readonly string[],
): Promise<NonNullable<Pulled['targets']>> {
  await updater.refresh();
  const files: Record<string, string | null> = {};
  for (const target of targetPaths) {
    const info = await updater.getTargetInfo(target);
    files[target] = info === undefined ? null : await updater.downloadTarget(info);
  }
  return files;
}

async function trustedVersions(folder: string): Promise<Record<string, number>> {
  const names = (await readdir(folder)).filter((file) => file.endsWith('.json')).sort();
  const versions = names.map(async (file) => {
    const text = await readFile(path.join(folder, file), 'utf8');
    const { signed } = JSON.parse(text) as { readonly signed: { readonly version: number } };
    return [decodeURIComponent(path.basename(file, '.json')), signed.version] as const;
  });
  return Object.fromEntries(await Promise.all(versions));
}

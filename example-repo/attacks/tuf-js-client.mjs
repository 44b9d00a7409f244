// Another client than ours, which follows the specification: tuf-js, as npm has it.
//
//   node tuf-js-client.mjs FOLDER ROOT URL   verifies, and lists all targets of targets.json
import { copyFile, mkdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { Updater } from 'tuf-js';

const [folder, root, url] = process.argv.slice(2);
const [metadataDir, targetDir] = [path.join(folder, 'metadata'), path.join(folder, 'targets')];
for (const each of [metadataDir, targetDir]) await mkdir(each, { recursive: true });
await copyFile(root, path.join(metadataDir, 'root.json'));
const updater = new Updater({
  ...{ metadataDir, targetDir },
  ...{ metadataBaseUrl: `${url}/metadata`, targetBaseUrl: `${url}/targets` },
  config: { fetchRetries: 0, fetchRetry: false },
});
await updater.refresh();
const { signed } = JSON.parse(await readFile(path.join(metadataDir, 'targets.json'), 'utf8'));
const repository = signed['x-tuf-on-git-repository'] ?? 'of no name';
const lines = [`repository ${repository}`, ...Object.keys(signed.targets)];
process.stdout.write(`${lines.join('\n')}\n`);

/**
 * `node tuf-js-client.mjs METADATA TARGETS URL [TARGETPATH…]`: what a user of tuf-js writes: one
 * updater, refreshed, and the targets one after the other.
 */
import process from 'node:process';
import { Updater } from 'tuf-js';

const [, , metadataDir = '', targetDir = '', url = '', ...targets] = process.argv;
const updater = new Updater({
  metadataDir,
  targetDir,
  metadataBaseUrl: `${url}/metadata`,
  targetBaseUrl: `${url}/targets`,
});
await updater.refresh();
for (const target of targets) {
  const info = await updater.getTargetInfo(target);
  if (info === undefined) throw new RangeError(`no target ${target}`);
  await updater.downloadTarget(info);
}

import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { Updater } from '../../../client/index.ts';
import type { ForeignClient, MakeForeignClient } from './foreign-client.ts';

/** Our own client in the shape of the others; it tries each request once, as they do. */
export const makeOurClient: MakeForeignClient = async (folder, trustedRoot, served) => {
  const [metadataDir, targetsDir] = [path.join(folder, 'metadata'), path.join(folder, 'targets')];
  await mkdir(targetsDir);
  await Updater.init(metadataDir, trustedRoot);
  const pull: ForeignClient['pull'] = async (targetPaths) => {
    const updater = new Updater({
      metadataDir,
      metadataUrl: served.metadataUrl,
      targetsUrl: served.targetUrl,
      targetsDir,
      retry: { attempts: 1, pause: () => Promise.resolve() },
    });
    const targets: Record<string, string | null> = {};
    for (const target of targetPaths) {
      const info = await updater.getTargetInfo(target);
      targets[target] = info === undefined ? null : await updater.downloadTarget(info);
    }
    const { root } = await updater.trusted();
    return { client: 'ours', versions: { root: root.signed.version }, targets };
  };
  return { name: 'ours', pull };
};

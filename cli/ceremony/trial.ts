/**
 * `init --unsafe-trial`: a repository to try things with, on one machine and by one person, who need
 * know nothing of keys yet. One plain key signs root and targets, another is the online key; both lie
 * in the folder of the trial, and so does a workspace that signs with the first.
 */
import { rmSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { fault } from '../../core/error/error.ts';
import { homePaths } from '../../core/home/layout.ts';
import { formatKeyUri } from '../../core/signers/key-uri.ts';
import { makeKey } from '../keys/make-key.ts';
import type { Cli } from '../terminal/cli.ts';
import { removeOnSignal } from '../terminal/remove-on-signal.ts';
import { cloneProject } from '../workspace/clone.ts';
import { readPin } from '../workspace/pin-root.ts';
import { holdCeremony, type CeremonyOptions } from './run-ceremony.ts';
import { refuseExisting } from './temporary-home.ts';

/** @throws `usage.argument` when options name keys, or the folder is there */
export async function holdTrial(
  cli: Cli,
  home: string,
  folder: string,
  options: CeremonyOptions,
): Promise<void> {
  refuseKeys(options);
  await refuseExisting(home);
  await mkdir(folder, { mode: 0o700 }).catch((cause: unknown) => {
    throw fault('usage.argument', folder, 'no folder can be made here', {
      cause,
      hint: 'name one that does not exist yet',
    });
  });
  const key = await withKeys(folder, (keys) => holdCeremony(cli, home, { ...options, ...keys }));
  const workspace = path.join(folder, 'workspace');
  const { repository, pinnedRoot } = homePaths(home);
  await cloneProject({
    ...{ url: repository, dir: workspace, keys: [key], now: cli.now() },
    ...{ pkcs11Module: undefined, token: undefined },
    pin: await readPin({ root: pinnedRoot }, cli.cwd),
  });
  cli.out.say(`workspace   ${workspace}, which signs with ${key}`);
  cli.out.warn(`the keys are plain files in ${folder}: good for trying things, and nothing else`);
}

/** @returns the URI of the person's key; nothing is left of the folder when `use` fails */
async function withKeys(
  folder: string,
  use: (keys: Partial<CeremonyOptions>) => Promise<void>,
): Promise<string> {
  const uri = (name: string) => formatKeyUri({ kind: 'file', path: path.join(folder, name) });
  const [key, onlineKey] = [uri('trial.json'), uri('online.json')];
  const stop = removeOnSignal(folder);
  try {
    await makeKey(key, 'ed25519', { unsafePlaintext: true, owner: '@trial' });
    await makeKey(onlineKey, 'ecdsa-sha2-nistp256', { unsafePlaintext: true });
    await use({ rootKey: [key], targetsKey: [key], onlineKey, minRootThreshold: 1 });
    return key;
  } catch (error) {
    rmSync(folder, { recursive: true, force: true });
    throw error;
  } finally {
    stop();
  }
}

function refuseKeys(options: CeremonyOptions): void {
  const given = {
    '--root-key': options.rootKey,
    '--root-threshold': options.rootThreshold,
    '--targets-key': options.targetsKey,
    '--targets-threshold': options.targetsThreshold,
    '--online-key': options.onlineKey,
  };
  for (const [option, value] of Object.entries(given)) {
    if (value === undefined) continue;
    throw fault('usage.argument', option, '--unsafe-trial makes the keys itself');
  }
}

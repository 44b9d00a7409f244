import { keyAccess, type KeyOptions } from '../terminal/key-options.ts';
import type { Cli } from '../terminal/cli.ts';
import type { KeyAccess } from '../../core/signers/open-signer.ts';
import { ownKeys, type OwnKey } from './own-keys.ts';
import type { WorkspaceSettings } from './settings.ts';

/** The keys of this command, by its options or else by the workspace, and how to open them. */
export async function keysOf(
  cli: Cli,
  options: KeyOptions,
  settings: WorkspaceSettings,
): Promise<{ readonly keys: readonly OwnKey[]; readonly access: KeyAccess }> {
  const access = keyAccess(cli, options, settings.pkcs11Module);
  return { keys: await ownKeys(options.key ?? settings.keys, access), access };
}

import type { Cli } from '../terminal/cli.ts';
import { confirmSigning } from '../terminal/confirm-signing.ts';
import type { KeyOptions } from '../terminal/key-options.ts';
import { serverLines } from '../terminal/server-lines.ts';
import { authorOf } from './commit-drafts.ts';
import { keysOf } from './key-setup.ts';
import { requireKeys } from './own-keys.ts';
import type { Project } from './project.ts';
import type { SignEventOrder } from './signing-order.ts';

/**
 * What a command says of an open event that it signs something for.
 * @throws `workspace.no-key`; `signer.*` for a key that cannot be found
 */
export async function eventOrder(
  cli: Cli,
  { settings }: Project,
  event: string,
  options: KeyOptions & { readonly yes?: true },
  question?: string,
): Promise<SignEventOrder> {
  const { keys, access } = await keysOf(cli, options, settings);
  return {
    ...serverLines(cli.out),
    event,
    keys: requireKeys(keys),
    access,
    authorOf: (owner) => authorOf(cli.env, owner),
    confirm: (lines) => confirmSigning(cli, lines, options, question),
  };
}

import type { Cli } from '../terminal/cli.ts';
import { confirmSigning } from '../terminal/confirm-signing.ts';
import type { KeyOptions } from '../terminal/key-options.ts';
import { serverLines } from '../terminal/server-lines.ts';
import { authorOf } from '../workspace/commit-drafts.ts';
import { keysOf } from '../workspace/key-setup.ts';
import { requireKeys } from '../workspace/own-keys.ts';
import type { Project } from '../workspace/project.ts';
import type { SignEventOrder } from './signing-order.ts';

type EventOptions = KeyOptions & { readonly yes?: true };

/**
 * What a command says of an open event that it signs something for.
 * @throws `workspace.no-key`; `signer.*` for a key that cannot be found
 */
export async function eventOrder(
  cli: Cli,
  project: Project,
  event: string,
  options: EventOptions,
  question?: string,
): Promise<SignEventOrder> {
  const signers = await signersFor(cli, project, options);
  return { ...unsignedOrder(cli, event, options, question), ...signers };
}

/** The same, where it may be that nothing has to be signed. */
export function unsignedOrder(
  cli: Cli,
  event: string,
  options: EventOptions,
  question?: string,
): Omit<SignEventOrder, 'keys' | 'access'> {
  return {
    ...serverLines(cli.out),
    event,
    authorOf: (owner) => authorOf(cli.env, owner),
    confirm: (lines) => confirmSigning(cli, lines, options, question),
  };
}

/** @throws `workspace.no-key`; `signer.*` for a key that cannot be found */
export async function signersFor(
  cli: Cli,
  { settings }: Project,
  options: KeyOptions,
): Promise<Pick<SignEventOrder, 'keys' | 'access'>> {
  const { keys, access } = await keysOf(cli, options, settings);
  return { keys: requireKeys(keys), access };
}

import { fault } from '../../core/error/error.ts';
import type { Cli } from './cli.ts';

/**
 * Shows everything that will be signed, for nothing else is, and asks.
 * @throws `workspace.waiting` for a no
 */
export async function confirmSigning(
  { out, ask }: Cli,
  lines: readonly string[],
  { yes }: { readonly yes?: boolean },
  question = 'Sign this?',
): Promise<void> {
  for (const text of lines) out.say(text);
  if (yes === true || (await ask.confirm({ text: question, option: '--yes' }))) return;
  throw fault('workspace.waiting', 'this workspace', 'nothing was signed');
}

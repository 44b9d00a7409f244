import type { Code } from '../../core/error/codes.ts';

/**
 * How a command ended, for the shell (docs/commands.md).
 *
 * 0 done; 1 refused, or verification failed; 2 the question has to be put differently: an argument,
 * a setting or a file is not there or does not fit; 3 the other side could not be reached; 4 waiting
 * for more signatures.
 */
export type ExitStatus = 0 | 1 | 2 | 3 | 4;

/** A whole family, unless one of its codes stands in `single`. Everything else is refused: 1. */
const families: Partial<Record<string, ExitStatus>> = {
  usage: 2,
  home: 2,
  client: 2,
  workspace: 2,
  signer: 2,
};

const single: Partial<Record<Code, ExitStatus>> = {
  'client.locked': 1,
  'client.offline': 3,
  'client.storage': 1,
  'download.proxy': 3,
  'download.status': 3,
  'download.too-slow': 3,
  'download.unreachable': 3,
  'home.locked': 1,
  'home.not-writable': 1,
  'home.port-in-use': 1,
  'publish.not-ready': 3,
  'repository.missing': 2,
  'repository.unreachable': 3,
  'signer.passphrase': 1,
  'signer.pin': 1,
  'signer.refused': 1,
  'signer.unavailable': 3,
  'signer.wrong-key': 1,
  'workspace.waiting': 4,
};

export function exitStatus(code: Code): ExitStatus {
  const family = code.slice(0, code.indexOf('.'));
  return single[code] ?? families[family] ?? 1;
}

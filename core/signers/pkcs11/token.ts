import type { Handle, TokenInfo } from 'pkcs11js';
import { fault } from '../../error/error.ts';
import { isLost } from './errors.ts';
import type { Pkcs11Module } from './module.ts';

/** An initialised token in its slot. Slot numbers change between runs: they are never kept. */
export interface Token {
  readonly slot: Handle;
  readonly label: string;
  readonly serial: string;
}

export function listTokens(module: Pkcs11Module): Token[] {
  return module.lib.C_GetSlotList(true).flatMap((slot) => {
    const info = tokenInfo(module, slot);
    if (info === undefined || (info.flags & module.constants.CKF_TOKEN_INITIALIZED) === 0) {
      return [];
    }
    return [{ slot, label: unpadded(info.label), serial: unpadded(info.serialNumber) }];
  });
}

/**
 * The one token of this label, and serial number if given.
 * @throws `signer.token` when there is none, or several
 */
export function findToken(
  module: Pkcs11Module,
  wanted: { readonly token: string; readonly serial?: string },
): Token {
  const tokens = listTokens(module);
  const fitting = tokens.filter(
    ({ label, serial }) =>
      label === wanted.token && (wanted.serial === undefined || serial === wanted.serial),
  );
  const [only] = fitting;
  if (only !== undefined && fitting.length === 1) return only;
  const where = `token ${wanted.token}`;
  if (only !== undefined) {
    throw fault('signer.token', where, 'several tokens have this label', {
      hint: `add one of serial=${fitting.map(({ serial }) => serial).join(', ')} to the key URI`,
    });
  }
  const labels = tokens.map(({ label }) => label).join(', ');
  throw fault('signer.token', where, 'there is no such token', {
    hint: tokens.length === 0 ? 'the module shows no token at all' : `there are: ${labels}`,
  });
}

/** Undefined when the token went away, or is none that the module can read. */
function tokenInfo(module: Pkcs11Module, slot: Handle): TokenInfo | undefined {
  try {
    return module.lib.C_GetTokenInfo(slot);
  } catch (error) {
    if (isLost(error)) return undefined;
    throw error;
  }
}

/** Text fields are padded with blanks (PKCS#11 2.40 §3.3); some modules use NUL. */
function unpadded(text: string): string {
  return text.replace(/[ \0]+$/, '');
}

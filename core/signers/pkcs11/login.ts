import type { Handle } from 'pkcs11js';
import { fault, type TufOnGitError } from '../../error/error.ts';
import type { Secret } from '../secret.ts';
import { returnValue } from './errors.ts';
import type { Pkcs11Module } from './module.ts';
import type { Token } from './token.ts';

/**
 * Logs in as the user of the token, unless this process is logged in already (login is per
 * application, PKCS#11 2.40 §5.6). One try: a PIN that was refused is never sent again.
 * @throws `signer.pin`; `signer.token` when the token has no PIN yet; what `pin` throws
 */
export async function login(
  module: Pkcs11Module,
  token: Token,
  session: Handle,
  pin: Secret,
): Promise<void> {
  const { lib, constants } = module;
  const { flags } = lib.C_GetTokenInfo(token.slot);
  if ((flags & constants.CKF_LOGIN_REQUIRED) === 0 || isLoggedIn(module, session)) return;
  if ((flags & constants.CKF_USER_PIN_INITIALIZED) === 0) {
    throw fault('signer.token', `token ${token.label}`, 'the token has no user PIN yet');
  }
  if ((flags & constants.CKF_USER_PIN_LOCKED) !== 0) throw locked(token);
  const hasPinPad = (flags & constants.CKF_PROTECTED_AUTHENTICATION_PATH) !== 0;
  const secret = hasPinPad ? undefined : await pin(triesLeft(module, flags));
  sendPin(module, token, session, constants.CKU_USER, secret);
}

/** Sends the PIN once more for one signature: for keys with CKA_ALWAYS_AUTHENTICATE. */
export async function authenticateOperation(
  module: Pkcs11Module,
  token: Token,
  session: Handle,
  pin: Secret,
): Promise<void> {
  sendPin(module, token, session, module.constants.CKU_CONTEXT_SPECIFIC, await pin());
}

function sendPin(
  module: Pkcs11Module,
  token: Token,
  session: Handle,
  user: number,
  pin: string | undefined,
): void {
  const memory = `${token.serial} ${pin ?? ''}`;
  if (module.refusedPins.has(memory)) throw refused(module, token);
  try {
    if (pin === undefined) module.lib.C_Login(session, user);
    else module.lib.C_Login(session, user, pin);
  } catch (error) {
    const value = returnValue(error) ?? '';
    if (value === 'CKR_USER_ALREADY_LOGGED_IN') return;
    if (!value.startsWith('CKR_PIN_')) throw error;
    if (pin !== undefined) module.refusedPins.add(memory);
    throw value === 'CKR_PIN_LOCKED' ? locked(token, error) : refused(module, token, error);
  }
}

/** CKS_RO_USER_FUNCTIONS and CKS_RW_USER_FUNCTIONS, which the binding does not name. */
const userStates = [1, 3];

function isLoggedIn(module: Pkcs11Module, session: Handle): boolean {
  return userStates.includes(module.lib.C_GetSessionInfo(session).state);
}

function refused(module: Pkcs11Module, token: Token, cause?: unknown): TufOnGitError {
  const { flags } = module.lib.C_GetTokenInfo(token.slot);
  if ((flags & module.constants.CKF_USER_PIN_LOCKED) !== 0) return locked(token, cause);
  const left = triesLeft(module, flags) ?? 'the token may lock after a few more';
  return fault('signer.pin', `token ${token.label}`, 'the token refuses this PIN', {
    hint: `it is not tried again; ${left}`,
    cause,
  });
}

/** All that a token tells of it; undefined while no try has failed. */
function triesLeft({ constants }: Pkcs11Module, flags: number): string | undefined {
  const { CKF_USER_PIN_FINAL_TRY, CKF_USER_PIN_COUNT_LOW } = constants;
  if ((flags & CKF_USER_PIN_FINAL_TRY) !== 0) return 'one try is left before the token locks';
  if ((flags & CKF_USER_PIN_COUNT_LOW) === 0) return undefined;
  return 'few tries may be left before the token locks';
}

function locked(token: Token, cause?: unknown): TufOnGitError {
  return fault('signer.pin', `token ${token.label}`, 'the PIN of the token is locked', {
    hint: "its security officer can unlock it with the token's own tool",
    cause,
  });
}

import { fault, TufOnGitError } from '../../error/error.ts';

/** The return value by its name in PKCS#11 2.40 §6.1.2, as `CKR_PIN_INCORRECT`; else undefined. */
export function returnValue(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined;
  return /^CKR_[A-Z0-9_]+/.exec(error.message)?.[0];
}

/**
 * Errors after which handles may be dead and a fresh start may help: the token was pulled out, the
 * session or the login was lost, the module is in a state that nobody knows.
 */
const lost = new Set([
  'CKR_CRYPTOKI_NOT_INITIALIZED',
  'CKR_DEVICE_ERROR',
  'CKR_DEVICE_MEMORY',
  'CKR_DEVICE_REMOVED',
  'CKR_FUNCTION_FAILED',
  'CKR_GENERAL_ERROR',
  'CKR_HOST_MEMORY',
  'CKR_KEY_HANDLE_INVALID',
  'CKR_OBJECT_HANDLE_INVALID',
  'CKR_OPERATION_ACTIVE',
  'CKR_OPERATION_NOT_INITIALIZED',
  'CKR_SESSION_CLOSED',
  'CKR_SESSION_COUNT',
  'CKR_SESSION_HANDLE_INVALID',
  'CKR_SLOT_ID_INVALID',
  'CKR_TOKEN_NOT_PRESENT',
  'CKR_TOKEN_NOT_RECOGNIZED',
  'CKR_USER_NOT_LOGGED_IN',
]);

export function isLost(error: unknown): boolean {
  const value = returnValue(error);
  return value !== undefined && lost.has(value);
}

const notPossible = new Set([
  'CKR_ATTRIBUTE_TYPE_INVALID',
  'CKR_ATTRIBUTE_VALUE_INVALID',
  'CKR_CURVE_NOT_SUPPORTED',
  'CKR_DOMAIN_PARAMS_INVALID',
  'CKR_FUNCTION_NOT_SUPPORTED',
  'CKR_KEY_FUNCTION_NOT_PERMITTED',
  'CKR_KEY_SIZE_RANGE',
  'CKR_KEY_TYPE_INCONSISTENT',
  'CKR_MECHANISM_INVALID',
  'CKR_MECHANISM_PARAM_INVALID',
  'CKR_TEMPLATE_INCONSISTENT',
]);

/**
 * What a PKCS#11 error means to a user. The return value is kept as `cause`, for a log: a message
 * never carries a module's text.
 * @returns `signer.unsupported` when the token cannot do this at all, else `signer.unavailable`; an
 *   error of ours as it is
 */
export function tokenFault(error: unknown, where: string): TufOnGitError {
  if (error instanceof TufOnGitError) return error;
  const value = returnValue(error);
  if (value === undefined) throw error;
  if (notPossible.has(value)) {
    return fault('signer.unsupported', where, 'the token cannot do this with this kind of key', {
      cause: error,
    });
  }
  if (value === 'CKR_TOKEN_WRITE_PROTECTED' || value === 'CKR_SESSION_READ_ONLY') {
    return fault('signer.token', where, 'the token is write-protected', { cause: error });
  }
  return fault('signer.unavailable', where, 'the token does not do what it should', {
    hint: 'see that it is plugged in and that its module works, then try again',
    cause: error,
  });
}

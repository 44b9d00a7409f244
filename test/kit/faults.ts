import assert from 'node:assert/strict';
import type { Code } from '../../core/error/codes.ts';
import { TufOnGitError } from '../../core/error/error.ts';

/** Expects a fault with this code, and hands it over for more. */
export function throwsFault(code: Code, work: () => unknown): TufOnGitError {
  try {
    work();
  } catch (error) {
    return checked(code, error);
  }
  return assert.fail(`expected ${code}, but nothing was thrown`);
}

/** As `throwsFault`, of a promise. */
export async function rejectsWithFault(code: Code, work: Promise<unknown>): Promise<TufOnGitError> {
  try {
    await work;
  } catch (error) {
    return checked(code, error);
  }
  return assert.fail(`expected ${code}, but nothing was thrown`);
}

function checked(code: Code, error: unknown): TufOnGitError {
  if (!(error instanceof TufOnGitError)) throw error;
  assert.equal(error.code, code, `${error.code}: ${error.message}`);
  return error;
}

import assert from 'node:assert/strict';
import type { Code } from '../../core/error/codes.ts';
import { TufOnGitError } from '../../core/error/error.ts';

/** Asserts that `act` throws this project's error with that code. */
export function throwsCode(act: () => unknown, code: Code): void {
  assert.throws(act, hasCode(code));
}

/** Asserts that the promise is rejected with that code. */
export async function rejectsCode(promise: Promise<unknown>, code: Code): Promise<void> {
  await assert.rejects(promise, hasCode(code));
}

function hasCode(code: Code): (error: unknown) => boolean {
  return (error) => {
    if (!(error instanceof TufOnGitError)) throw error;
    assert.equal(error.code, code, error.message);
    return true;
  };
}

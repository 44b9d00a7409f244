import assert from 'node:assert/strict';
import type { Code } from '../../core/error/codes.ts';
import { TufOnGitError } from '../../core/error/error.ts';

/** Asserts that `act` fails with exactly this code; the text is for people and not compared. */
export function refuses(code: Code, act: () => unknown): void {
  assert.throws(act, (error) => hasCode(error, code));
}

/** As `refuses`, of a promise. */
export async function rejects(code: Code, act: () => Promise<unknown>): Promise<void> {
  await assert.rejects(act, (error) => hasCode(error, code));
}

function hasCode(error: unknown, code: Code): true {
  assert.ok(error instanceof TufOnGitError, `expected ${code}, got ${String(error)}`);
  assert.equal(error.code, code, error.message);
  return true;
}

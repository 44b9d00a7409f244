import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

/** A new folder for each test of the suite that calls this, removed afterwards. */
export function freshFolders(): () => string {
  let current = '';
  beforeEach(() => {
    current = mkdtempSync(path.join(tmpdir(), 'tuf-on-git-test-'));
  });
  afterEach(() => {
    rmSync(current, { recursive: true, force: true });
  });
  return () => current;
}

import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import path from 'node:path';
import { promisify } from 'node:util';

const top = path.resolve(import.meta.dirname, '../..');
const run = promisify(execFile);

/** As a user's program imports it: plain Node, by the name and the exports of the package. */
async function evaluated(program: string): Promise<unknown> {
  const { stdout } = await run(process.execPath, ['--input-type=module', '--eval', program], {
    cwd: top,
  });
  return JSON.parse(stdout) as unknown;
}

describe('the library tuf-on-git/client', () => {
  it('offers the updater', async () => {
    const names = await evaluated(
      `import * as library from 'tuf-on-git/client'; console.log(JSON.stringify(Object.keys(library)))`,
    );
    assert.deepEqual(names, [
      'StatusError',
      'TufOnGitError',
      'Updater',
      'defaultRetry',
      'downloadAll',
      'httpFetcher',
    ]);
  });

  it('gives a typed error where nothing is trusted yet', async () => {
    const code = await evaluated(`
      import { TufOnGitError, Updater } from 'tuf-on-git/client';
      const updater = new Updater({
        metadataDir: '/nonexistent',
        metadataUrl: 'http://127.0.0.1:1/metadata/',
        targetUrl: 'http://127.0.0.1:1/targets/',
      });
      try {
        await updater.refresh();
      } catch (error) {
        console.log(JSON.stringify(error instanceof TufOnGitError ? error.code : String(error)));
      }
    `);
    assert.equal(code, 'client.not-trusted-yet');
  });
});

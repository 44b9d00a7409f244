import assert from 'node:assert/strict';
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { assertRefused, cliSandbox, type CliSandbox } from '../kit/cli.ts';

const built = path.resolve(import.meta.dirname, '../../dist/page');

describe('tuf-on-git page', () => {
  let sandbox: CliSandbox;

  before(async () => {
    sandbox = await cliSandbox();
  });
  after(() => sandbox.remove());

  const html = () => readFile(path.join(sandbox.dir, 'page/index.html'), 'utf8');

  it('writes the page as files that stand alone, and says which one to open', async () => {
    const index = await sandbox.ok(['page', 'page']);
    assert.equal(index.trim(), path.join(sandbox.dir, 'page/index.html'));
    const names = ['index.html', 'page.css', 'page.js'];
    assert.deepEqual((await readdir(path.join(sandbox.dir, 'page'))).sort(), names);
    for (const name of ['page.css', 'page.js']) {
      const copy = await readFile(path.join(sandbox.dir, 'page', name));
      assert.deepEqual(copy, await readFile(path.join(built, name)));
    }
  });

  it('marks the copy, which allows itself what the served one may, but to read any repository', async () => {
    const [, policy] =
      /http-equiv="Content-Security-Policy"\s+content="([^"]*)"/.exec(await html()) ?? [];
    assert.equal(
      policy,
      "default-src 'none'; script-src 'self' file:; style-src 'self' file:; " +
        "connect-src http: https:; require-trusted-types-for 'script'; trusted-types 'none'; " +
        "base-uri 'none'; form-action 'none'",
    );
    assert.match(await html(), /<meta name="tuf-on-git-copy" content="stand-alone" \/>/);
    const served = await readFile(path.join(built, 'index.html'), 'utf8');
    assert.doesNotMatch(served, /stand-alone|Content-Security-Policy/);
  });

  it('asks for nothing from elsewhere, and has a script that opens from a folder', async () => {
    const links = [...(await html()).matchAll(/(?:src|href)="([^"]*)"/g)].map(([, to]) => to);
    assert.deepEqual(links.sort(), ['page.css', 'page.js']);
    assert.doesNotMatch(await html(), /type="module"/);
  });

  it('refuses a folder that holds anything, and leaves it as it was', async () => {
    const again = await sandbox.run(['page', 'page']);
    assertRefused(again, 2, 'usage.argument');
    assertRefused(await sandbox.run(['page', 'page/page.js']), 2, 'usage.argument');
  });
});

import assert from 'node:assert/strict';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import type { Daemon } from '../../daemon/serve.ts';
import { browserSuite, pageFolder, picture, portrait, standAlone } from '../kit/browser.ts';
import { serveContent } from '../kit/content-server.ts';
import { daemonSuite } from '../kit/daemon.ts';
import type { TestHome } from '../kit/home.ts';
import { pushedHome } from '../kit/pushed-home.ts';
import { sha256 } from '../kit/simulated-repository.ts';

describe('the page while something happens', () => {
  const open = browserSuite();
  const suite = daemonSuite();
  let home: TestHome;
  let daemon: Daemon;

  beforeEach(async () => {
    home = await suite.home();
    daemon = await suite.serve(home, { pageFolder });
  });

  const at = (view: string) => `${daemon.console}/#/${view}`;

  it('shows a generation as soon as git push has made one: who, what, how soon, verified', async () => {
    const pushed = await pushedHome(home);
    const { page, requests } = await open(at('generations'));
    await page.getByText('new ones appear by themselves').waitFor();
    await page.getByRole('heading', { name: 'Timestamp 1' }).waitFor();
    await pushed.accepted('1.0.1');
    const newest = page.getByRole('listitem').filter({ hasText: 'Timestamp 2' });
    await newest.getByText('pushed by').waitFor();
    await newest.getByText('visible after').waitFor();
    await newest.getByText((await home.tip()).slice(0, 12)).waitFor();
    await newest.getByText('alice').first().waitFor();
    await newest.getByText('this browser verified').waitFor();
    assert.equal(requests.filter((url) => url.endsWith('/page.js')).length, 1);
    await picture(page, 'generation-arrived');
  });

  it('turns red with the reason where the files that a daemon published are tampered with', async () => {
    const files = publishedFiles(home.paths.public);
    const server = await serveContent(files);
    try {
      const { page } = await open(standAlone);
      await page.getByLabel('Metadata URL').fill(`${server.url}metadata`);
      await page
        .getByLabel('SHA-256')
        .fill(sha256(files.get('metadata/1.root.json') ?? Buffer.of()));
      await page.getByRole('button', { name: 'Verify' }).click();
      await page.getByText('Verified in this browser').waitFor();
      const timestamp = String(files.get('metadata/timestamp.json'));
      files.set(
        'metadata/timestamp.json',
        Buffer.from(timestamp.replace(/(expires.*)"20/, '$1"30')),
      );
      await page.getByRole('button', { name: 'Verify again' }).click();
      await page.getByRole('alert').getByText('role.threshold').waitFor();
      await page.locator('html.refused').waitFor();
      assert.match(await page.title(), /refused/);
      const card = page.getByRole('article').filter({ hasText: 'timestamp version 1' });
      await card.getByText('verified earlier, not renewed').waitFor();
      await portrait(page, 'refused');
      files.set('metadata/timestamp.json', Buffer.from(timestamp));
      await page.getByRole('button', { name: 'Verify again' }).click();
      await page.getByText('Verified in this browser').waitFor();
      await page.locator('html.refused').waitFor({ state: 'detached' });
    } finally {
      await server.close();
    }
  });
});

/** The daemon itself serves metadata from memory; others serve the folder. */
function publishedFiles(folder: string): Map<string, Buffer> {
  const names = readdirSync(folder, { recursive: true, encoding: 'utf8' });
  const files = names.filter((name) => statSync(path.join(folder, name)).isFile());
  return new Map(files.map((name) => [name, readFileSync(path.join(folder, name))]));
}

import assert from 'node:assert/strict';
import axe from 'axe-core';
import type { Page } from 'playwright-core';
import { browserSuite, pageFolder, picture, type Looks } from '../kit/browser.ts';
import { daemonSuite } from '../kit/daemon.ts';

const views = ['chain', 'targets', 'roots', 'expiring', 'generations', 'events', 'health'];
const looks: readonly Looks[] = (['light', 'dark'] as const).flatMap((colorScheme) =>
  [360, 1100].map((width) => ({ colorScheme, width })),
);

describe('the page for everybody', () => {
  const open = browserSuite();
  const suite = daemonSuite();

  const serve = async () => suite.serve(await suite.home(), { pageFolder });

  for (const look of looks) {
    it(`has no barrier that axe finds: ${look.colorScheme}, ${look.width} pixels`, async () => {
      const daemon = await serve();
      const { page } = await open(daemon.console, look);
      await page.getByText('Verified in this browser').waitFor();
      for (const view of views) {
        await page.goto(`${daemon.console}/#/${view}`);
        await page.getByRole('heading', { level: 2 }).waitFor();
        await page.getByText('Fetching').waitFor({ state: 'detached' });
        assert.deepEqual(await barriers(page), [], view);
        assert.ok(await page.evaluate('document.documentElement.scrollWidth <= innerWidth'), view);
        if (view === 'chain') await picture(page, `chain-${look.colorScheme}-${look.width}`);
      }
    });
  }

  it('is walked by the keyboard: past the views, into another one, to its beginning', async () => {
    const daemon = await serve();
    const { page } = await open(daemon.console);
    await page.getByText('Verified in this browser').waitFor();
    await page.keyboard.press('Tab');
    assert.equal(await focused(page), 'Skip to the content');
    await page.keyboard.press('Tab');
    await page.keyboard.press('Tab');
    assert.equal(await focused(page), 'Projects');
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'Projects' }).waitFor();
    await page.waitForFunction("document.activeElement.localName === 'main'");
  });
});

async function barriers(page: Page): Promise<readonly string[]> {
  // By the debugger, as the page's own policy lets no other script in.
  await page.evaluate(axe.source);
  return page.evaluate<string[]>(
    `axe.run().then(({ violations }) => violations.map(({ id, nodes }) => id + ' ' + nodes[0].html))`,
  );
}

function focused(page: Page): Promise<string> {
  return page.evaluate('document.activeElement.textContent');
}

import axe from 'axe-core';
import type { Page } from 'playwright-core';

/** What axe finds on a page that keeps somebody out: its rule, and the first element at fault. */
export async function barriers(page: Page): Promise<readonly string[]> {
  // By the debugger, as the page's own policy lets no other script in.
  await page.evaluate(axe.source);
  return page.evaluate<string[]>(
    `axe.run().then(({ violations }) => violations.map(({ id, nodes }) => id + ' ' + nodes[0].html))`,
  );
}

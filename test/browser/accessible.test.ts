import assert from 'node:assert/strict';
import type { Page } from 'playwright-core';
import { accepted, apiSuite, bodyOf, openEvent, type ApiScene } from '../kit/api.ts';
import { barriers } from '../kit/barriers.ts';
import { browserSuite, pageFolder, picture, portrait, wide } from '../kit/browser.ts';
import { policy } from '../kit/changes.ts';
import { fileOf } from '../kit/source-tree.ts';

/** With their headings, by which one tells that a view is there and not the one before. */
const views = {
  chain: 'Chain of trust',
  'role/targets/alice': 'Role alice',
  projects: 'Projects',
  'project/alice-project': 'Project alice-project',
  [`targets/${fileOf.alice}`]: `File ${fileOf.alice}`,
  roots: 'Root history',
  expiring: 'What expires next',
  generations: 'Generations',
  events: 'Open signing events',
  health: 'Health',
  attacks: 'Attacks',
};
/** Those that the documentation shows. */
const portraits = ['chain', 'targets', 'generations', 'events', 'attacks'];
const phone = { width: 390, height: 800 };

describe('the page for everybody', () => {
  const open = browserSuite();
  const serve = apiSuite();
  let scene: ApiScene;

  beforeEach(async () => {
    scene = await serve({ run: { pageFolder } });
  });

  const at = (view: string) => `${scene.daemon.console}/#/${view}`;

  async function go(page: Page, view: string, heading: string): Promise<void> {
    await page.goto(at(view));
    await page.getByText('Verified in this browser').waitFor();
    await page.getByRole('heading', { level: 2, name: heading, exact: true }).waitFor();
    await page.getByText('Fetching').waitFor({ state: 'detached' });
  }

  for (const colorScheme of ['light', 'dark'] as const) {
    it(`has no barrier that axe finds in any view, wide or on a phone: ${colorScheme}`, async () => {
      accepted(await scene.send(await bodyOf(scene.home, policy({ maxDepth: 3 }))));
      await openEvent(scene, 'release');
      const { page, errors } = await open(at('chain'), { colorScheme });
      for (const [view, heading] of Object.entries(views)) {
        await go(page, view, heading);
        assert.deepEqual(await barriers(page), [], view);
        await page.setViewportSize(phone);
        assert.deepEqual(await barriers(page), [], `${view}, on a phone`);
        assert.ok(await page.evaluate('document.documentElement.scrollWidth <= innerWidth'), view);
        const [name = ''] = view.split('/');
        const keep = portraits.includes(name) ? portrait : picture;
        await picture(page, `${name}-phone-${colorScheme}`);
        if (name === 'chain' && colorScheme === 'light') await portrait(page, 'phone');
        await page.setViewportSize(wide);
        await keep(page, `${name}-${colorScheme}`);
      }
      assert.deepEqual(errors, []);
    });
  }

  it('is walked by the keyboard: past the views, into another one, down to a file', async () => {
    const { page } = await open(at('chain'));
    await page.getByText('Verified in this browser').waitFor();
    await page.keyboard.press('Tab');
    assert.equal(await focused(page), 'Skip to the content');
    await page.keyboard.press('Tab');
    await page.keyboard.press('Tab');
    assert.equal(await focused(page), 'Projects');
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'Projects' }).waitFor();
    await page.waitForFunction("document.activeElement.localName === 'main'");
    await openByKeyboard(page, 'alice-project');
    await page.getByRole('heading', { name: 'Project alice-project' }).waitFor();
    await openByKeyboard(page, 'tool.tgz');
    await page.getByText(`tuf-on-git get ${fileOf.alice}`).waitFor();
  });

  it('moves nothing for those who do not want that', async () => {
    const { page } = await open(at('chain'), { reducedMotion: 'reduce' });
    await page.getByText('Verified in this browser').waitFor();
    const moving = `[...document.querySelectorAll('*')].map((each) => getComputedStyle(each))
      .filter((style) => style.animationName !== 'none' || parseFloat(style.transitionDuration) > 0).length`;
    assert.equal(await page.evaluate(moving), 0);
    await page.emulateMedia({ reducedMotion: 'no-preference' });
    assert.notEqual(await page.evaluate(moving), 0);
  });
});

function focused(page: Page): Promise<string> {
  return page.evaluate('document.activeElement.textContent');
}

async function openByKeyboard(page: Page, text: string): Promise<void> {
  await page.getByRole('link', { name: text }).first().waitFor();
  for (let steps = 0; steps < 40; steps += 1) {
    await page.keyboard.press('Tab');
    if (
      await page.evaluate(
        `document.activeElement.localName === 'a' && document.activeElement.textContent.includes('${text}')`,
      )
    ) {
      await page.keyboard.press('Enter');
      return;
    }
  }
  assert.fail(`${text} was not reached`);
}

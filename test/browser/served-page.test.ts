import assert from 'node:assert/strict';
import { accepted, apiSuite, bodyOf, openEvent, type ApiScene } from '../kit/api.ts';
import { browserSuite, pageFolder } from '../kit/browser.ts';
import { newFile, policy, release } from '../kit/changes.ts';

/** By their headings. */
const views = {
  Projects: 'projects',
  'Root history': 'roots',
  'What expires next': 'expiring',
  Generations: 'generations',
  'Open signing events': 'events',
  Health: 'health',
  Attacks: 'attacks',
};

describe('the page that a daemon serves, in a browser', () => {
  const open = browserSuite();
  const serve = apiSuite();
  let scene: ApiScene;

  beforeEach(async () => {
    scene = await serve({ run: { pageFolder } });
  });

  const at = (view: string) => `${scene.daemon.console}/#/${view}`;

  it('verifies the chain, asks nobody but the two listeners, and breaks no policy', async () => {
    const { page, origins, errors } = await open(at('chain'));
    await page.getByText('Verified in this browser').waitFor();
    for (const name of ['root', 'timestamp', 'snapshot', 'targets']) {
      const card = page.getByRole('article').filter({ hasText: `${name} version` });
      await card.first().getByText('verified here').waitFor();
    }
    for (const [heading, view] of Object.entries(views)) {
      await page.goto(at(view));
      await page.getByRole('heading', { level: 2, name: heading, exact: true }).waitFor();
      await page.getByText('Fetching').waitFor({ state: 'detached' });
    }
    const { console: own, content } = scene.daemon;
    assert.deepEqual(origins(), new Set([own, content]));
    assert.deepEqual(errors, []);
  });

  it('says that it cannot expose its own server, and how to come by the copy that can', async () => {
    const { page } = await open(at('chain'));
    await page.getByText('cannot expose its own server').waitFor();
    await page.getByText('tuf-on-git page DIR').waitFor();
  });

  it('tells how much of its life a role has left, where the server has told since when', async () => {
    const { page } = await open(at('chain'));
    for (const role of ['root', 'timestamp', 'snapshot', 'targets']) {
      const card = page.getByRole('article').filter({ hasText: `${role} version` });
      await card.first().getByText('100 % of its published life').waitFor();
    }
  });

  it('shows a signing event as it is opened: what changes, who has signed, who is missing', async () => {
    const { page } = await open(at('events'));
    await page.getByText('None is open').waitFor();
    await openEvent(scene, 'release');
    await page.getByRole('heading', { name: 'release' }).waitFor();
    await page.getByText('only displayed').waitFor();
    const row = page.getByRole('row').filter({ hasText: 'alice' });
    await row.getByText('@alice').waitFor();
    await page.getByText(newFile).first().waitFor();
  });

  it('says how the daemon and its signer are, and that this is only displayed', async () => {
    const { page } = await open(at('health'));
    await page.getByText('✓ ready').waitFor();
    await page.getByText('✓ answers').waitFor();
    await page.getByText('only displayed').waitFor();
  });

  it('tells what expires next, the soonest first, and what of it is verified', async () => {
    const { page } = await open(at('expiring'));
    const items = page.getByRole('main').getByRole('listitem');
    await items.filter({ hasText: 'bob' }).getByText('only displayed').waitFor();
    await items.filter({ hasText: 'targets' }).getByText('verified here').waitFor();
    assert.match((await items.first().textContent()) ?? '', /^timestamp/);
  });

  it('finds a file: by its project, by a search, and by its path', async () => {
    accepted(await scene.send(await bodyOf(scene.home, release(newFile))));
    const { page } = await open(at('projects'));
    await page.getByRole('link', { name: 'alice-project' }).click();
    await page.getByRole('link', { name: 'tool 1.0.1' }).click();
    await page.getByRole('heading', { name: newFile }).waitFor();
    await page.getByText(`tuf-on-git get ${newFile}`).waitFor();
    await page.getByRole('link', { name: 'alice', exact: true }).waitFor();
    await page.getByRole('link', { name: 'Projects' }).click();
    await page.getByLabel('Path of a file').fill('no/such/0/file');
    await page.getByRole('button', { name: 'Look' }).click();
    await page.getByText('a client would refuse it').waitFor();
  });

  it('shows the roots that there were, and what each changed', async () => {
    accepted(await scene.send(await bodyOf(scene.home, policy({ maxDepth: 3 }))));
    const { page } = await open(at('roots'));
    await page.getByRole('heading', { name: 'Root version 2' }).waitFor();
    await page.getByText('The one that this page was told to trust').waitFor();
  });

  it('shows what came of each attack, and that it was measured', async () => {
    const { page } = await open(at('attacks'));
    const row = page.getByRole('row').filter({ hasText: 'A2 ' });
    await row.getByRole('cell', { name: 'refused, measured' }).first().waitFor();
    await row.getByText('role.threshold').first().waitFor();
  });
});

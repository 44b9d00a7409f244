import assert from 'node:assert/strict';
import type { Daemon } from '../../daemon/serve.ts';
import { all, newFile, policy, release } from '../kit/changes.ts';
import { accepted, askApi, bodyOf, openEvent } from '../kit/api.ts';
import { addToken } from '../../core/home/tokens.ts';
import { browserSuite, pageFolder, picture } from '../kit/browser.ts';
import { daemonSuite } from '../kit/daemon.ts';
import type { TestHome } from '../kit/home.ts';
import { installHomeHooks } from '../kit/home-hooks.ts';

describe('the page that a daemon serves, in a browser', () => {
  const open = browserSuite();
  const suite = daemonSuite();
  let home: TestHome;
  let daemon: Daemon;
  let token: string;

  beforeEach(async () => {
    home = await suite.home();
    await installHomeHooks(home.paths);
    daemon = await suite.serve(home, { pageFolder });
    const now = new Date();
    token = await addToken(home.paths.tokens, {
      name: 'alice',
      scopes: ['change:submit', 'event:*'],
      prefixes: [],
      now,
      expires: new Date(now.getTime() + 3_600_000),
    });
  });

  const send = async (body: Awaited<ReturnType<typeof bodyOf>>) =>
    askApi(daemon, '/changes', { method: 'POST', token, body });

  const at = (view: string) => `${daemon.console}/#/${view}`;

  it('verifies the chain, asks nobody but the two listeners, and breaks no policy', async () => {
    const { page, origins, errors } = await open(at('chain'));
    await page.getByText('Verified in this browser').waitFor();
    for (const name of ['root', 'timestamp', 'snapshot', 'targets']) {
      const card = page.getByRole('article').filter({ hasText: `${name} version` });
      await card.first().getByText('verified here').waitFor();
    }
    await page.getByText('cannot expose its own server').waitFor();
    await picture(page, 'chain');
    for (const view of ['targets', 'roots', 'expiring', 'generations', 'events', 'health']) {
      await page.goto(at(view));
      await page.getByRole('heading', { level: 2 }).waitFor();
      await page.getByText('Fetching').waitFor({ state: 'detached' });
      await picture(page, view);
    }
    assert.deepEqual(origins(), new Set([daemon.console, daemon.content]));
    assert.deepEqual(errors, []);
  });

  it('shows a generation, who pushed it and what changed, as soon as it is there', async () => {
    const { page } = await open(at('generations'));
    await page.getByText('new ones appear by themselves').waitFor();
    accepted(await send(await bodyOf(home, release(newFile))));
    const newest = page.getByRole('listitem').filter({ hasText: 'pushed by alice' });
    await newest.getByText('visible after').waitFor();
    await picture(page, 'generations-live');
    await page.goto(at(`targets/${newFile}`));
    await page.getByText(`tuf-on-git get ${newFile}`).waitFor();
    await page.getByRole('heading', { name: 'Who vouches for it' }).waitFor();
    await page.getByRole('link', { name: 'alice', exact: true }).waitFor();
    await picture(page, 'target');
  });

  it('shows a signing event: what changes, who has signed and who is missing', async () => {
    const scene = { home, send: (body: Parameters<typeof send>[0]) => send(body) };
    await openEvent(scene, 'release');
    const { page } = await open(at('events'));
    await page.getByRole('heading', { name: 'release' }).waitFor();
    const row = page.getByRole('row').filter({ hasText: 'alice' });
    await row.getByText('@alice').waitFor();
    await picture(page, 'events-open');
  });

  it('says how the daemon and its signer are', async () => {
    const { page } = await open(at('health'));
    await page.getByText('✓ ready').waitFor();
    await page.getByText('✓ answers').waitFor();
  });

  it('finds a file among the projects', async () => {
    accepted(await send(await bodyOf(home, all(release(newFile)))));
    const { page } = await open(at('targets'));
    await page.getByLabel('Show those with').fill('1.0.1');
    await page.getByRole('link', { name: newFile }).click();
    await page.getByRole('heading', { name: newFile }).waitFor();
  });

  it('shows the roots that there were, and what each changed', async () => {
    accepted(await send(await bodyOf(home, policy({ maxDepth: 3 }))));
    const { page } = await open(at('roots'));
    await page.getByRole('heading', { name: 'Root version 2' }).waitFor();
    await page.getByText('The one that this page was told to trust').waitFor();
  });
});

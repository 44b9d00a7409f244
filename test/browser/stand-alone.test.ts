import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import type { Page } from 'playwright-core';
import { barriers } from '../kit/barriers.ts';
import { browserSuite, pageFolder, picture, standAlone } from '../kit/browser.ts';
import { serveContent, type ContentServer } from '../kit/content-server.ts';
import { newKey, sha256, SimulatedRepository } from '../kit/simulated-repository.ts';

const hostile = 'team/<img src=x onerror=alert(1)>\u202egpj.exe';

describe('the page that stands alone, from a file', () => {
  const open = browserSuite();
  let repository: SimulatedRepository;
  let server: ContentServer;

  beforeEach(async () => {
    repository = new SimulatedRepository();
    repository.addTarget('example/tool/1.2.0/tool.tgz', 'a');
    repository.delegate('team', { paths: ['team/*'] });
    repository.addTarget(hostile, 'b', 'team');
    repository.publish();
    server = await serveContent(repository.files);
  });
  afterEach(() => server.close());

  const metadataUrl = () => `${server.url}metadata`;

  async function openBySha256(page: Page, digest = sha256(firstRoot())): Promise<void> {
    await page.getByLabel('Metadata URL').fill(metadataUrl());
    await page.getByLabel('SHA-256').fill(digest);
    await page.getByRole('button', { name: 'Verify' }).click();
  }

  const firstRoot = () => repository.files.get('metadata/1.root.json') ?? new Uint8Array();

  it('verifies by the fingerprint of the first root, and asks nobody else', async () => {
    const { page, origins, errors } = await open(standAlone);
    await picture(page, 'stand-alone');
    await openBySha256(page);
    await page.getByText('Verified in this browser').waitFor();
    assert.equal(await page.getByRole('link', { name: 'Generations' }).count(), 0);
    await page.getByText('on a scale of').first().waitFor();
    assert.deepEqual(origins(), new Set(['file://', new URL(server.url).origin]));
    assert.deepEqual(errors, []);
  });

  for (const colorScheme of ['light', 'dark'] as const) {
    it(`has no barrier that axe finds where it is opened, nor where it is red: ${colorScheme}`, async () => {
      const { page } = await open(standAlone, { colorScheme });
      await page.getByRole('button', { name: 'Verify' }).waitFor();
      assert.deepEqual(await barriers(page), []);
      await openBySha256(page, '0'.repeat(64));
      await page.getByRole('alert').waitFor();
      assert.deepEqual(await barriers(page), []);
    });
  }

  it('verifies by a root from a file', async () => {
    const { page } = await open(standAlone);
    await page.getByLabel('Metadata URL').fill(metadataUrl());
    const root = {
      name: 'root.json',
      mimeType: 'application/json',
      buffer: Buffer.from(firstRoot()),
    };
    await page.getByLabel('Trusted root, a file').setInputFiles(root);
    await page.getByRole('button', { name: 'Verify' }).click();
    await page.getByText('Verified in this browser').waitFor();
  });

  it('opens nothing by a fingerprint that is not that of the first root', async () => {
    const { page } = await open(standAlone);
    await openBySha256(page, '0'.repeat(64));
    await page.getByRole('alert').getByText('root.not-pinned').waitFor();
  });

  it('turns red at a tampered timestamp, and keeps what had verified before', async () => {
    const { page } = await open(standAlone);
    await openBySha256(page);
    await page.getByText('Verified in this browser').waitFor();
    repository.signers.set('timestamp', [newKey()]);
    repository.publishTimestamp();
    await page.getByRole('button', { name: 'Verify again' }).click();
    const alert = page.getByRole('alert');
    await alert.getByText('role.threshold').waitFor();
    await page.locator('html.refused').waitFor();
    const card = page.getByRole('article').filter({ hasText: 'timestamp version 1' });
    await card.getByText('verified earlier, not renewed').waitFor();
  });

  it('shows names of others harmlessly, and what is invisible in them visibly', async () => {
    const { page, errors } = await open(standAlone);
    await openBySha256(page);
    await page.getByRole('link', { name: 'team' }).click();
    await page.getByText('<img src=x onerror=alert(1)>\\u{202e}gpj.exe').waitFor();
    assert.equal(await page.locator('img').count(), 0);
    assert.deepEqual(errors, []);
    await picture(page, 'hostile-name');
  });

  it('reaches by the keyboard every row of a list that is longer than what is in sight', async () => {
    for (let index = 0; index < 30; index += 1) {
      repository.addTarget(`example/tool/2.0.${index}/tool.tgz`, 'a');
    }
    repository.publish();
    const { page } = await open(standAlone);
    await openBySha256(page);
    await page.getByRole('link', { name: 'Projects' }).click();
    await page.getByRole('link', { name: 'example' }).click();
    await page.getByText('31 files').waitFor();
    for (let steps = 0; steps < 60; steps += 1) {
      await page.keyboard.press('Tab');
      await page.evaluate(
        'new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve)))',
      );
      const text = await page.evaluate<string>('document.activeElement.textContent');
      if (text.startsWith('tool 1.2.0')) return;
    }
    assert.fail('the oldest version was not reached');
  });

  it('narrows a long list to what is looked for', async () => {
    for (let index = 0; index < 30; index += 1) {
      repository.delegate(`role-${index}`, { paths: ['x'] });
    }
    repository.publish();
    const { page } = await open(standAlone);
    await openBySha256(page);
    await page.getByLabel('Show those with').fill('LE-29');
    await page.getByText('1 of 31').waitFor();
    await page.getByRole('link', { name: 'role-29' }).waitFor();
    assert.equal(await page.getByRole('link', { name: 'role-2', exact: true }).count(), 0);
  });

  it('shows of 10,000 roles and 100,000 files what is in sight, and fetches none that is not looked at', async () => {
    const key = newKey();
    for (let index = 0; index < 10_000; index += 1) {
      repository.delegate(`role-${index}`, { paths: [`p${index}/*/*/*`], keys: [key] });
    }
    for (let index = 0; index < 100_000; index += 1) {
      const hashes = { sha256: 'ab'.repeat(32) };
      repository.role('role-9999').targets[`p9999/tool/1.0.${index}/tool.tgz`] = {
        length: 1,
        hashes,
      };
    }
    repository.publish();
    const { page, requests } = await open(standAlone);
    await openBySha256(page);
    await page.getByText('Verified in this browser').waitFor();
    assert.ok(!requests.some((url) => url.includes('role-')), requests.join());
    const list = page.getByRole('group', { name: 'Delegations of targets, 10001' });
    assert.ok((await list.getByRole('listitem').count()) < 40);
    await page.evaluate("document.querySelector('.virtual').scrollTop = 1e9");
    await list.getByRole('link', { name: 'role-9999' }).click();
    await page.getByRole('group', { name: 'Files, 100000' }).waitFor();
    assert.ok((await page.getByRole('listitem').count()) < 80);
    const fetched = () => requests.filter((url) => url.includes('role-'));
    assert.equal(fetched().length, 1);
    await page.getByRole('link', { name: 'Projects' }).click();
    await page.getByLabel('Show those with').fill('p9999');
    await page.getByRole('link', { name: 'p9999' }).click();
    await page.getByRole('heading', { name: 'Project p9999' }).waitFor();
    await page.getByRole('group', { name: 'Files, 100000' }).waitFor();
    assert.ok((await page.getByRole('listitem').count()) < 80);
    assert.equal(fetched().length, 1);
    await picture(page, 'many');
  });

  it('sends less than 150 kB of script', async () => {
    const packed = gzipSync(await readFile(path.join(pageFolder, 'page.js')));
    assert.ok(packed.length < 150_000, `${packed.length} bytes`);
  });
});

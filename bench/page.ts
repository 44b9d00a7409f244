/**
 * What the web page takes in a browser that runs: from opening the stand-alone copy with a fingerprint to
 * the first view of a verified repository of 10,000 roles, beside our client in a process of its own,
 * which refreshes from nothing but the trusted root. They take turns. And what the page weighs.
 */
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import type { Browser } from 'playwright-core';
import { launchBrowser, pageFolder, standAlone } from '../test/kit/browser.ts';
import { serveContent } from '../test/kit/content-server.ts';
import { sha256, SimulatedRepository } from '../test/kit/simulated-repository.ts';
import { newKey } from '../test/kit/test-keys.ts';
import { ourClient } from './client/contestant.ts';
import { rootFile } from './client/write-repository.ts';
import { milliseconds, remark, report } from './kit/figures.ts';

const roles = 10_000;
const runs = 5;

await weigh();
const browser = await launchBrowser();
if (browser === undefined) remark('page: no Chromium here: first-view is left out');
else await race(browser).finally(() => browser.close());

async function weigh(): Promise<void> {
  const files = ['index.html', 'page.js', 'page.css'].map((name) => path.join(pageFolder, name));
  const contents = await Promise.all(files.map((file) => readFile(file)));
  const sum = (sizes: readonly number[]) => sizes.reduce((total, size) => total + size, 0);
  const plain = sum(contents.map(({ length }) => length));
  const packed = sum(contents.map((content) => gzipSync(content, { level: 9 }).length));
  remark(`page: ${plain} bytes, ${packed} as they are sent with gzip`);
  report({
    bench: 'page',
    figure: 'weight',
    values: [packed / plain],
    yardstick: 'the same files without gzip',
  });
}

async function race(running: Browser): Promise<void> {
  const folder = await mkdtemp(path.join(tmpdir(), 'tuf-on-git-bench-page-'));
  const { files } = largeRepository();
  const server = await serveContent(files);
  try {
    const root = files.get('metadata/1.root.json') ?? new Uint8Array();
    const trusted = rootFile(path.join(folder, 'public'));
    await mkdir(path.dirname(trusted), { recursive: true });
    await writeFile(trusted, root);
    const client = await ourClient({
      folder,
      url: server.url,
      requests: () => Promise.resolve([]),
    });
    const [page, node]: [number[], number[]] = [[], []];
    for (let run = 0; run < runs; run += 1) {
      page.push(await firstView(running, server.url, sha256(root)));
      await client.reset();
      node.push(await client.run([]));
    }
    remark(`page: first verified view ${milliseconds(page)}, our client ${milliseconds(node)}`);
    const values = page.map((time, run) => time / (node[run] ?? Number.NaN));
    const yardstick = 'our client in Node, a cold refresh of the same repository';
    report({ bench: 'page', figure: 'first-view-10000-roles', values, yardstick });
  } finally {
    await server.close();
    await rm(folder, { recursive: true, force: true });
  }
}

function largeRepository(): SimulatedRepository {
  const repository = new SimulatedRepository();
  const keys = [newKey()];
  for (let index = 0; index < roles; index += 1) {
    repository.delegate(`role-${index}`, { paths: [`p${index}/*/*/*`], keys });
  }
  repository.publish();
  return repository;
}

/** A profile of its own each time, so that nothing is cached. The form is filled in meanwhile. */
async function firstView(running: Browser, url: string, digest: string): Promise<number> {
  const context = await running.newContext();
  try {
    const page = await context.newPage();
    const start = performance.now();
    await page.goto(standAlone);
    await page.getByLabel('Metadata URL').fill(`${url}metadata`);
    await page.getByLabel('SHA-256').fill(digest);
    await page.getByRole('button', { name: 'Verify' }).click();
    await page.getByText('Verified in this browser').waitFor();
    await page.getByRole('group', { name: `Delegations of targets, ${roles}` }).waitFor();
    return performance.now() - start;
  } finally {
    await context.close();
  }
}

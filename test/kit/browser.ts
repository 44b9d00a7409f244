/** The web page in Chromium, with all that it asks for and all that it is refused. */
import { copyFileSync, mkdirSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { chromium, type Browser, type Page } from 'playwright-core';
import { browserProgram } from '../../scripts/setup/test-browser.mjs';

export interface OpenPage {
  readonly page: Page;
  /** Origins that were asked, `file://` among them. */
  readonly origins: () => ReadonlySet<string>;
  /** URLs that were asked for, in order. */
  readonly requests: readonly string[];
  /** Defects of the page, and what its security policy refused. */
  readonly errors: readonly string[];
}

export interface Looks {
  readonly colorScheme?: 'light' | 'dark';
  readonly reducedMotion?: 'reduce';
}

export const wide = { width: 1100, height: 800 };
export const pageFolder = path.resolve(import.meta.dirname, '../../dist/page');
export const standAlone = pathToFileURL(path.join(pageFolder, 'stand-alone.html')).href;
const pictures = path.resolve(import.meta.dirname, '../browser/output');
const kept = path.resolve(import.meta.dirname, '../../docs/images');

const switches = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-background-networking',
  '--no-first-run',
];

/** Undefined where there is none. */
export async function launchBrowser(): Promise<Browser | undefined> {
  const executablePath = browserProgram();
  if (executablePath === undefined) return undefined;
  return chromium.launch({ executablePath, args: switches });
}

/** A browser for the suite that calls this, skipped without one; each page has a profile of its own. */
export function browserSuite() {
  let browser: Browser | undefined;
  before(async function () {
    browser = await launchBrowser();
    if (browser === undefined) this.skip();
  });
  after(() => browser?.close());
  return async (url: string, looks: Looks = {}) => {
    if (browser === undefined) throw new RangeError('the browser starts before the tests');
    const context = await browser.newContext({ colorScheme: 'light', ...looks, viewport: wide });
    context.setDefaultTimeout(120_000);
    return watched(await context.newPage(), url);
  };
}

async function watched(page: Page, url: string): Promise<OpenPage> {
  const requests: string[] = [];
  const errors: string[] = [];
  page.on('request', (request) => requests.push(request.url()));
  page.on('pageerror', (error) => errors.push(String(error)));
  page.on('console', (message) => {
    // That the next root is not there is no error: it is how a client finds the newest.
    if (message.type() === 'error' && !message.text().includes('404')) errors.push(message.text());
  });
  await page.goto(url);
  return {
    page,
    requests,
    errors,
    origins: () => new Set(requests.map((each) => originOf(new URL(each)))),
  };
}

function originOf({ protocol, origin }: URL): string {
  return protocol === 'file:' ? 'file://' : origin;
}

/** Kept as output of the tests. */
export async function picture(page: Page, name: string): Promise<void> {
  mkdirSync(pictures, { recursive: true });
  await page.screenshot({ path: path.join(pictures, `${name}.png`) });
}

/** The same, and with RECORD=1 among the pictures of the documentation. */
export async function portrait(page: Page, name: string): Promise<void> {
  await picture(page, name);
  if (process.env['RECORD'] === undefined) return;
  mkdirSync(kept, { recursive: true });
  copyFileSync(path.join(pictures, `${name}.png`), path.join(kept, `page-${name}.png`));
}

import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { anchorsOf, linksOf, pagesBelow, top } from './kit/markdown.ts';

const map = 'docs/README.md';
const pages = ['README.md', ...pagesBelow('docs'), ...pagesBelow('example-repo')];

describe('the documentation', () => {
  it('has no link that leads nowhere', () => {
    const dead = pages.flatMap((page) =>
      linksOf(page)
        .filter(({ file, anchor }) => !leadsSomewhere(file, anchor))
        .map(({ text }) => `${page}: ${text}`),
    );
    assert.deepEqual(dead, []);
  });

  it('has every page on its map, or on a table of contents that the map names', () => {
    const found = new Set([map]);
    const contents = [map, ...linksOf(map).map(({ file }) => file)].filter(
      (file) => path.basename(file) === 'README.md' && file.startsWith('docs/'),
    );
    for (const page of contents) for (const { file } of linksOf(page)) found.add(file);
    assert.deepEqual(
      pagesBelow('docs').filter((page) => !found.has(page)),
      [],
    );
  });

  it('is found from the first page', () => {
    assert.ok(linksOf('README.md').some(({ file }) => file === map));
  });
});

function leadsSomewhere(file: string, anchor: string): boolean {
  if (!existsSync(path.join(top, file))) return false;
  return anchor === '' || (file.endsWith('.md') && anchorsOf(file).has(anchor));
}

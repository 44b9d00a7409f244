import assert from 'node:assert/strict';
import { readFile, readdir } from 'node:fs/promises';
import path from 'node:path';
import { catalogue } from '../../core/rules/catalogue/catalogue.ts';
import { rulesFile, rulesPage } from '../../scripts/rules-page.ts';

describe('docs/rules.md', () => {
  it('is what the catalogue says (npm run docs:rules)', async () => {
    assert.equal(await readFile(rulesFile, 'utf8'), rulesPage());
  });

  it('lists no code that nothing of ours reports', async () => {
    const top = path.resolve(import.meta.dirname, '../..');
    const folders = ['core', 'hooks'].map((folder) => sourcesBelow(path.join(top, folder)));
    const sources = (await Promise.all(folders)).flat();
    for (const code of Object.keys(catalogue)) {
      assert.ok(
        sources.some((text) => text.includes(`'${code}'`)),
        code,
      );
    }
  });
});

async function sourcesBelow(folder: string): Promise<string[]> {
  const names = await readdir(folder, { recursive: true });
  const files = names.filter((name) => name.endsWith('.ts') && !/catalogue|codes\.ts/.test(name));
  return Promise.all(files.map((name) => readFile(path.join(folder, name), 'utf8')));
}

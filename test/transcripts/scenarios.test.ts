/** The scenarios of docs/scenarios, played with the real programs: people see what the pages show. */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { softHsmAvailable } from '../kit/softhsm.ts';
import { begin, makeFirstHome } from './kit/beginning.ts';
import { play } from './kit/play.ts';
import { publishedFiles } from './kit/published-files.ts';
import { hasTokenTool, Stage } from './kit/stage.ts';

const folder = path.resolve(import.meta.dirname, '../../docs/scenarios');
const pages = readdirSync(folder).filter((name) => name.endsWith('.md') && name !== 'README.md');
const now = '2027-01-04T09:00:00Z';

function hasCommand(page: string, command: string): boolean {
  return readFileSync(path.join(folder, page), 'utf8').includes(command);
}

describe('a scenario', () => {
  let first: Stage | undefined;
  before(async function () {
    if (!softHsmAvailable()) this.skip();
    first = await Stage.open(now);
    await makeFirstHome(first);
  });
  after(() => first?.close());

  /** What is published in the end. */
  async function played(page: string): Promise<ReadonlyMap<string, string>> {
    const stage = await Stage.open(now);
    try {
      assert.ok(first);
      await begin(stage, first);
      await play(stage, path.join(folder, page));
      return await publishedFiles(path.join(stage.dir, 'operator/home/public'));
    } finally {
      await stage.close();
    }
  }

  for (const page of pages) {
    // Chance makes keys, and everything that names them.
    const isSame = !hasCommand(page, 'key generate');
    const words = isSame ? ', and publishes the same bytes each time' : '';
    it(`is played as ${page} shows it${words}`, async function () {
      if (hasCommand(page, 'pkcs11-tool') && !hasTokenTool()) this.skip();
      const once = await played(page);
      if (isSame) assert.deepEqual(await played(page), once);
    });
  }
});

/** The pages for people who use it: each command in them is run, and says what they show. */
import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { softHsmAvailable } from '../kit/softhsm.ts';
import { begin, giveEmptyToken, makeFirstHome } from './kit/beginning.ts';
import { offerTool } from './kit/offering.ts';
import { play } from './kit/play.ts';
import { hasDownloadTools, Stage } from './kit/stage.ts';

const docs = path.resolve(import.meta.dirname, '../../docs');
const now = '2027-01-04T09:00:00Z';

describe('README.md', () => {
  let stage: Stage;
  before(async () => {
    stage = await Stage.open(now);
    await writeFile(path.join(await stage.home('operator'), 'hello.txt'), 'hello\n');
  });
  after(() => stage.close());

  it('shows what its commands say', () => play(stage, path.join(docs, '../README.md')));
});

describe('docs/commands.md', () => {
  let stage: Stage;
  before(async () => {
    stage = await Stage.open(now);
  });
  after(() => stage.close());

  it('shows what its commands say', () => play(stage, path.join(docs, 'commands.md')));
});

for (const page of ['downloader.md', 'auditor.md']) {
  describe(`docs/${page}`, () => {
    let stage: Stage | undefined;
    before(async function () {
      if (!hasDownloadTools()) this.skip();
      stage = await Stage.open(now);
      await offerTool(stage);
    });
    after(() => stage?.close());

    it('shows what its commands say', async () => {
      assert.ok(stage);
      await play(stage, path.join(docs, page));
    });
  });
}

for (const page of ['maintainer.md', 'admin.md', 'operator.md']) {
  describe(`docs/${page}`, () => {
    let first: Stage | undefined;
    let stage: Stage;
    before(async function () {
      if (!softHsmAvailable()) this.skip();
      first = await Stage.open(now);
      stage = await Stage.open(now);
      await makeFirstHome(first);
      await giveEmptyToken(stage, 'operator');
      await begin(stage, first);
    });
    after(async () => {
      if (first === undefined) return;
      await stage.close();
      await first.close();
    });

    it('shows what its commands say', () => play(stage, path.join(docs, page)));
  });
}

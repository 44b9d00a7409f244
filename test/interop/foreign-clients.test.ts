import assert from 'node:assert/strict';
import { mkdir, mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { ForeignClient } from './kit/foreign-client.ts';
import { foreignClients } from './kit/foreign-clients.ts';
import { serveFolder, type StaticServer } from './kit/static-server.ts';
import { StaticRepository } from './kit/static-repository.ts';

const target = 'alice/tool/1.0/tool.txt';

for (const [name, make] of Object.entries(foreignClients)) {
  describe(`${name}, on a repository of static files that it has not made`, () => {
    let folder: string;
    let published: string;
    let repository: StaticRepository;
    let server: StaticServer;
    let client: ForeignClient;

    beforeEach(async () => {
      folder = await mkdtemp(path.join(tmpdir(), 'tuf-on-git-interop-'));
      published = path.join(folder, 'published');
      repository = new StaticRepository(published);
      await repository.publish({ [target]: 'one' });
      server = await serveFolder(published);
      const own = path.join(folder, 'client');
      await mkdir(own);
      client = await make(own, repository.root, {
        metadataUrl: `${server.url}/metadata`,
        targetUrl: `${server.url}/targets`,
      });
    });

    afterEach(async () => {
      await server.close();
      await rm(folder, { recursive: true });
    });

    it('refreshes and downloads a target of a delegated role', async () => {
      const pulled = await client.pull([target, 'alice/tool/1.0/none.txt']);
      assert.equal(pulled.refusal, undefined);
      assert.deepEqual(pulled.versions, {
        alice: 1,
        root: 1,
        snapshot: 1,
        targets: 1,
        timestamp: 1,
      });
      assert.equal(await readFile(pulled.targets?.[target] ?? '', 'utf8'), 'one');
      assert.equal(pulled.targets?.['alice/tool/1.0/none.txt'], null);
    });

    it('sees the next version after a publication', async () => {
      await client.pull([target]);
      await repository.publish({ [target]: 'two' });
      const pulled = await client.pull([target]);
      assert.deepEqual(pulled.versions, {
        alice: 2,
        root: 1,
        snapshot: 2,
        targets: 2,
        timestamp: 2,
      });
      assert.equal(await readFile(pulled.targets?.[target] ?? '', 'utf8'), 'two');
    });

    it('refuses a target whose bytes were swapped', async () => {
      const targets = path.join(published, 'targets', path.dirname(target));
      const [file = ''] = await readdir(targets);
      await writeFile(path.join(targets, file), 'bad');
      const { refusal } = await client.pull([target]);
      assert.match(
        refusal ?? 'none',
        /LengthOrHashMismatch|ChecksumMismatch|DownloadLengthMismatch/,
      );
    });

    it('refuses a timestamp older than the trusted one', async () => {
      const timestamp = path.join(published, 'metadata/timestamp.json');
      const old = await readFile(timestamp);
      await repository.publish({ [target]: 'two' });
      await client.pull([]);
      await writeFile(timestamp, old);
      const { refusal } = await client.pull([]);
      assert.match(refusal ?? 'none', /BadVersion/);
    });
  });
}

import assert from 'node:assert/strict';
import { mkdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { makeKeys, publish, writeRoot } from '../../example-repo/01-minimal-tuf/make-repository.ts';
import { readReleases } from '../../example-repo/kit/content.ts';
import { temporaryFolder } from '../kit/temporary-folder.ts';
import { foreignClients } from './kit/foreign-clients.ts';
import { pulls } from './kit/pull.ts';
import { serveFolder } from './kit/static-server.ts';

describe('the repository of milestone 1, made by hand', () => {
  const folder = temporaryFolder();

  for (const [name, make] of Object.entries(foreignClients)) {
    it(`is read whole by ${name}, at its first release and at its second`, async () => {
      const repository = path.join(folder.path, 'repository');
      const own = path.join(folder.path, 'client');
      await mkdir(own);
      const keys = makeKeys();
      const root = await writeRoot(repository, keys);
      const server = await serveFolder(repository);
      try {
        const { url } = server;
        const client = await make(own, await readFile(root), {
          metadataUrl: `${url}/metadata`,
          targetUrl: `${url}/targets`,
        });
        const { before, all } = await readReleases();
        assert.ok(before.size > 0 && before.size < all.size);
        for (const [index, content] of [before, all].entries()) {
          const version = index + 1;
          await publish(repository, keys, version, content);
          const { targets, versions } = await pulls(client, [...content.keys()]);
          assert.deepEqual(versions, {
            root: 1,
            snapshot: version,
            targets: version,
            timestamp: version,
          });
          for (const [target, bytes] of content) {
            assert.deepEqual(await readFile(targets[target] ?? ''), bytes);
          }
        }
      } finally {
        await server.close();
      }
    });
  }
});

import assert from 'node:assert/strict';
import { chmod } from 'node:fs/promises';
import path from 'node:path';
import { nginxProgram, startNginx, type Nginx } from '../../kit/nginx.ts';
import { rawRequest } from '../../kit/raw-request.ts';
import { answersLikeAContentServer } from './content-cases.ts';
import { contentFolder, targetsFile, timestampName, type ContentFolder } from './content-folder.ts';

describe('nginx with the shipped configuration', () => {
  let folder: ContentFolder | undefined;
  let nginx: Nginx | undefined;

  before(async function () {
    if (nginxProgram() === undefined) this.skip();
    folder = await contentFolder();
    await chmod(folder.path, 0o755);
    nginx = await startNginx(folder.path);
  });
  after(async () => {
    await nginx?.close();
    await folder?.remove();
  });
  const url = () => nginx?.url ?? '';
  const published = () => folder ?? assert.fail('it was skipped');

  answersLikeAContentServer(url);

  it('answers 503 and not 404 to what is there and cannot be read', async () => {
    const file = path.join(published().path, targetsFile);
    await chmod(file, 0);
    const answer = await rawRequest(url(), `/${targetsFile}`);
    assert.equal(answer.status, 503);
    assert.equal(answer.headers['retry-after'], '10');
    assert.equal(answer.headers['cache-control'], 'no-store');
  });

  it('never calls two timestamps of one second and one length by one tag', async () => {
    const tags = new Set<string | undefined>();
    const times = 5;
    for (let version = 1; version <= times; version += 1) {
      await published().store.replace(timestampName, Buffer.from(`{"timestamp":${version}}`));
      tags.add((await rawRequest(url(), `/${timestampName}`)).headers.etag);
    }
    assert.equal(tags.size, times);
  });
});

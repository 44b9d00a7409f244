import assert from 'node:assert/strict';
import { clientScene } from '../kit/client-scene.ts';
import { rejectsWithFault } from '../kit/faults.ts';

describe('updater with a faulty server', () => {
  const scene = clientScene();

  it('does not follow a redirection', async () => {
    const { repository, requestsOf, server, updater } = scene();
    repository.files.set('elsewhere', repository.bytes('timestamp'));
    server.answers.set('metadata/timestamp.json', (_, response) => {
      response.writeHead(302, { location: '/elsewhere' }).end();
    });
    const refresh = () => rejectsWithFault('download.redirected', updater().refresh());
    assert.equal((await requestsOf(refresh)).includes('elsewhere'), false);
  });

  it('stops reading a timestamp without end', async () => {
    const { server, updater } = scene();
    server.answers.set('metadata/timestamp.json', (_, response) => {
      const more = () => response.write(Buffer.alloc(1024, ' '), more);
      more();
    });
    await rejectsWithFault('download.too-long', updater().refresh());
  });

  it('takes no more of a role than its snapshot says', async () => {
    const { repository, server, updater } = scene();
    const longer = Buffer.concat([repository.bytes('targets'), Buffer.from(' ')]);
    server.answers.set('metadata/1.targets.json', (_, response) => {
      response.end(longer);
    });
    await rejectsWithFault('download.too-long', updater().refresh());
  });

  it('keeps to the limit where no length is signed', async () => {
    const { repository, updater } = scene();
    repository.namesContent = false;
    repository.publish();
    const limits = { snapshotBytes: repository.bytes('snapshot').length - 1 };
    await rejectsWithFault('download.too-long', updater({ limits }).refresh());
  });

  it('tries again when the connection breaks', async () => {
    const { repository, requestsOf, server, updater } = scene();
    let breaks = 2;
    server.answers.set('metadata/timestamp.json', (_, response) => {
      const bytes = repository.bytes('timestamp');
      response.writeHead(200, { 'content-length': bytes.length });
      if (breaks === 0) {
        response.end(bytes);
      } else {
        breaks -= 1;
        response.write(bytes.subarray(0, 100), () => response.destroy());
      }
    });
    const requests = await requestsOf(() => updater().refresh());
    assert.equal(requests.filter((name) => name === 'metadata/timestamp.json').length, 3);
  });

  it('gives up when the connection always breaks', async () => {
    const { server, updater } = scene();
    server.answers.set('metadata/timestamp.json', (_, response) => {
      response.writeHead(200, { 'content-length': 100 });
      response.write('{', () => response.destroy());
    });
    await rejectsWithFault('download.unreachable', updater().refresh());
  });

  it('says that the server cannot be reached', async () => {
    const { server, updater } = scene();
    await server.close();
    await rejectsWithFault('download.unreachable', updater().refresh());
  });
});

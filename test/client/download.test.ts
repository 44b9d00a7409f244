import assert from 'node:assert/strict';
import { mkdir, readdir, readFile, symlink, writeFile } from 'node:fs/promises';
import type { RequestListener } from 'node:http';
import path from 'node:path';
import type { TargetInfo } from '../../client/target-info.ts';
import { brokenOff } from '../kit/broken-off.ts';
import { clientScene } from '../kit/client-scene.ts';
import { rejectsWithFault } from '../kit/faults.ts';
import { sha256 } from '../kit/simulated-repository.ts';

describe('download of a target', () => {
  const scene = clientScene();
  const content = Buffer.alloc(300_000, 'abcdefg');
  const url = `targets/big/${sha256(content)}.bin`;

  beforeEach(() => {
    const { repository } = scene();
    repository.addTarget('big/bin', content);
    repository.publish();
  });

  async function info(): Promise<TargetInfo> {
    const found = await scene().updater().getTargetInfo('big/bin');
    assert.ok(found);
    return found;
  }

  it('appears under its name, whole, with progress told on the way', async () => {
    const { targetsDir, updater } = scene();
    const seen: number[] = [];
    const file = await updater().downloadTarget(await info(), undefined, {
      onProgress: (received, total) => {
        seen.push(received);
        assert.equal(total, content.length);
      },
    });
    assert.deepEqual(await readFile(file), content);
    assert.equal(file, path.join(targetsDir, 'big%2Fbin'));
    assert.equal(seen.at(-1), content.length);
    assert.deepEqual(await readdir(targetsDir), ['big%2Fbin']);
  });

  it('goes to the file that is asked for', async () => {
    const { targetsDir, updater } = scene();
    const wanted = path.join(targetsDir, 'deep', 'er', 'x.bin');
    assert.equal(await updater().downloadTarget(await info(), wanted), wanted);
    assert.deepEqual(await readFile(wanted), content);
  });

  it('is not asked for again when the file is there, but is when it has changed', async () => {
    const { requestsOf, updater } = scene();
    const target = await info();
    const one = updater();
    const file = await one.downloadTarget(target);
    assert.equal(await one.findCachedTarget(target), file);
    assert.deepEqual(await requestsOf(() => one.downloadTarget(target)), []);
    await writeFile(file, Buffer.alloc(content.length, 'x'));
    assert.equal(await one.findCachedTarget(target), undefined);
    assert.deepEqual(await requestsOf(() => one.downloadTarget(target)), [url]);
    assert.deepEqual(await readFile(file), content);
  });

  it('replaces a symbolic link and not the file that it points to', async () => {
    const { metadataDir, targetsDir, updater } = scene();
    const victim = path.join(metadataDir, 'root.json');
    const before = await readFile(victim);
    await mkdir(targetsDir);
    await symlink(victim, path.join(targetsDir, 'big%2Fbin'));
    await updater().downloadTarget(await info());
    assert.deepEqual(await readFile(victim), before);
  });

  it('encodes what a URL path cannot hold, and nothing else', async () => {
    const { repository, requestsOf, server, updater } = scene();
    const raw: string[] = [];
    const odd = "a b/50%/q?#'@+,;=:&$!~(x)*/\u00fc.txt";
    repository.addTarget(odd, 'odd');
    repository.publish();
    const found = await updater().getTargetInfo(odd);
    assert.ok(found);
    const name = `targets/a b/50%/q?#'@+,;=:&$!~(x)*/${sha256(Buffer.from('odd'))}.\u00fc.txt`;
    server.answers.set(name, (request, response) => {
      raw.push(request.url ?? '');
      response.end('odd');
    });
    await requestsOf(() => updater().downloadTarget(found));
    assert.match(raw[0] ?? '', /^\/targets\/a%20b\/50%25\/q%3F%23'@\+,;=:&\$!~\(x\)\*\//);
  });

  describe('is refused and leaves nothing behind', () => {
    const attacks: Record<
      string,
      [RequestListener, 'target.hash' | `download.${'too-long' | 'too-short' | 'status'}`]
    > = {
      'when other bytes of the same length come': [
        (_, response) => response.end(Buffer.alloc(content.length, 'x')),
        'target.hash',
      ],
      'when it goes on without end': [
        (_, response) => {
          const more = () => response.write(Buffer.alloc(65_536), more);
          more();
        },
        'download.too-long',
      ],
      'when it is announced longer': [
        (_, response) =>
          response.writeHead(200, { 'content-length': content.length + 1 }).write('a'),
        'download.too-long',
      ],
      'when it ends early': [
        (_, response) => response.end(content.subarray(0, 1000)),
        'download.too-short',
      ],
      'when it is not there': [(_, response) => response.writeHead(404).end(), 'download.status'],
    };
    for (const [name, [answer, code]] of Object.entries(attacks)) {
      it(name, async () => {
        const { server, targetsDir, updater } = scene();
        server.answers.set(url, answer);
        await rejectsWithFault(code, updater().downloadTarget(await info()));
        assert.deepEqual(await readdir(targetsDir), []);
      });
    }

    it('when no hash of it is known', async () => {
      const { requestsOf, targetsDir, updater } = scene();
      const unknown = { ...(await info()), hashes: { 'blake9-7': 'ab' } };
      await rejectsWithFault('metadata.hash', updater().downloadTarget(unknown));
      await assert.rejects(readdir(targetsDir), { code: 'ENOENT' });
      assert.deepEqual(await requestsOf(() => Promise.resolve()), []);
    });

    it('when one of several known hashes is wrong', async () => {
      const { updater } = scene();
      const target = await info();
      const both = { ...target, hashes: { ...target.hashes, sha512: 'ab'.repeat(64) } };
      await rejectsWithFault('target.hash', updater().downloadTarget(both));
    });

    it('and keeps an older file of that name', async () => {
      const { server, targetsDir, updater } = scene();
      const file = path.join(targetsDir, 'old');
      await mkdir(targetsDir);
      await writeFile(file, 'old');
      server.answers.set(url, (_, response) => response.end('bad'));
      await rejectsWithFault('download.too-short', updater().downloadTarget(await info(), file));
      assert.equal(await readFile(file, 'utf8'), 'old');
    });
  });

  describe('that breaks off', () => {
    const inPieces = (bytes: number) => brokenOff(content, bytes);

    it('is resumed where it broke', async () => {
      const { requestsOf, server, updater } = scene();
      server.answers.set(url, inPieces(200_000));
      const target = await info();
      const one = updater();
      await one.refresh();
      let file = '';
      const requests = await requestsOf(async () => {
        file = await one.downloadTarget(target);
      });
      assert.equal(requests.length, 2);
      assert.match(requests[1] ?? '', / from \d+$/);
      assert.deepEqual(await readFile(file), content);
    });

    it('is given up after the allowed number of breaks', async () => {
      const { requestsOf, server, targetsDir, updater } = scene();
      server.answers.set(url, inPieces(1000));
      const target = await info();
      const one = updater();
      await one.refresh();
      const requests = await requestsOf(() =>
        rejectsWithFault('download.unreachable', one.downloadTarget(target)),
      );
      assert.equal(requests.length, 3);
      assert.deepEqual(await readdir(targetsDir), []);
    });

    for (const status of [200, 416]) {
      it(`starts anew when the server answers the rest with ${status}`, async () => {
        const { server, updater } = scene();
        const cut = inPieces(200_000);
        let first = true;
        server.answers.set(url, (request, response) => {
          if (first) cut(request, response);
          else if (request.headers.range !== undefined && status === 416) {
            response.writeHead(416).end();
          } else response.end(content);
          first = false;
        });
        const file = await updater().downloadTarget(await info());
        assert.deepEqual(await readFile(file), content);
      });
    }

    it('is asked for with the entity tag that it began with', async () => {
      const { server, updater } = scene();
      const tags: (string | string[] | undefined)[] = [];
      const pieces = inPieces(200_000);
      server.answers.set(url, (request, response) => {
        tags.push(request.headers['if-range']);
        pieces(request, response);
      });
      await updater().downloadTarget(await info());
      assert.deepEqual(tags, [undefined, '"one"']);
    });
  });
});

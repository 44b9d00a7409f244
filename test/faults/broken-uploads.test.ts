import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { randomBytes, randomInt } from 'node:crypto';
import { mkdir, readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { blobFile } from '../../core/blobs/blob-store.ts';
import { daemonSuite } from '../kit/daemon.ts';
import { makeHome, type TestHome } from '../kit/home.ts';
import { startDaemonProgram } from '../kit/daemon-program.ts';
import {
  issueToken,
  partReaches,
  replyOf,
  sha256Of,
  uploadClient,
  type UploadClient,
  type UploadReply,
} from '../kit/uploads.ts';

const mebibyte = 1 << 20;

/** Skipped, by name, where this account may not mount anything. */
const whereMounting = spawnSync('unshare', ['--mount', 'true']).status === 0 ? it : it.skip;

/** Sends what the server lacks, as often as it takes. */
async function sendRest(client: UploadClient, sha256: string, content: Buffer) {
  for (;;) {
    const { status, offset = 0 } = await client.head(sha256);
    if (status === 200) return;
    const range =
      offset === content.length
        ? `bytes */${content.length}`
        : `bytes ${offset}-${content.length - 1}/${content.length}`;
    const reply = await client.put(sha256, content.subarray(offset), { 'content-range': range });
    // The server may still have had more to take in from the connection before.
    assert.ok([201, 204, 416].includes(reply.status), `status ${reply.status}`);
  }
}

/** The names of all files that are neither in their place in the store nor markers. */
async function leftIn({ paths }: TestHome): Promise<readonly string[]> {
  const files = await readdir(path.join(paths.blobs, 'incoming'), { recursive: true });
  return files.filter((name) => name.includes(path.sep));
}

describe('uploads that break', () => {
  const suite = daemonSuite();
  const quiet = { config: { uploads: { minFreeBytes: 0 } } };

  it('are finished, 100 of them, wherever their connections were cut', async () => {
    const home = await suite.home(quiet);
    const { console: url } = await suite.serve(home);
    const client = uploadClient(url, await issueToken(home, 'alice'));
    const files = Array.from({ length: 100 }, () => randomBytes(randomInt(1, 3 * mebibyte)));
    const upload = async (content: Buffer) => {
      const sha256 = sha256Of(content);
      for (let cuts = randomInt(1, 4); cuts > 0; cuts -= 1) {
        await cutAt(client, sha256, content, randomInt(content.length));
      }
      await sendRest(client, sha256, content);
    };
    for (let at = 0; at < files.length; at += 10) {
      await Promise.all(files.slice(at, at + 10).map(upload));
    }
    for (const content of files) {
      assert.ok((await readFile(blobFile(home.paths.blobs, sha256Of(content)))).equals(content));
    }
    assert.deepEqual(await leftIn(home), []);
  });

  it('go on after the server was killed', async () => {
    const home = await makeHome(quiet);
    const token = await issueToken(home, 'alice');
    const content = randomBytes(8 * mebibyte);
    const sha256 = sha256Of(content);
    try {
      for (const bytes of [mebibyte, 4 * mebibyte]) {
        const first = await startDaemonProgram(home);
        const client = uploadClient(first.console, token);
        const { offset = 0 } = await client.head(sha256);
        const asked = client.begin(sha256, {
          'content-length': content.length - offset,
          'content-range': `bytes ${offset}-${content.length - 1}/${content.length}`,
        });
        asked.write(content.subarray(offset, bytes + mebibyte));
        await partReaches(home, 'alice', sha256, bytes);
        await first.kill();
      }
      const last = await startDaemonProgram(home);
      const client = uploadClient(last.console, token);
      assert.ok(((await client.head(sha256)).offset ?? 0) >= 4 * mebibyte);
      await sendRest(client, sha256, content);
      await last.stop();
      assert.ok((await readFile(blobFile(home.paths.blobs, sha256))).equals(content));
      assert.deepEqual(await leftIn(home), []);
    } finally {
      await home.remove();
    }
  });

  it('do not meet, be they of one file by two tokens at once', async () => {
    const home = await suite.home(quiet);
    const { console: url, content: publicUrl } = await suite.serve(home);
    const content = randomBytes(4 * mebibyte);
    const sha256 = sha256Of(content);
    const replies: Promise<UploadReply>[] = [];
    for (const name of ['alice', 'bob', 'carol']) {
      const client = uploadClient(url, await issueToken(home, name));
      replies.push(client.put(sha256, content), client.put(sha256, content));
    }
    const statuses = (await Promise.all(replies)).map(({ status }) => status).sort();
    assert.deepEqual(statuses, [201, 201, 201, 204, 204, 204]);
    assert.ok((await readFile(blobFile(home.paths.blobs, sha256))).equals(content));
    assert.deepEqual(await leftIn(home), []);
    const name = `${sha256}.tool.tgz`;
    for (const asked of [name, `alice-project/tool/1.0.0/${name}`, sha256]) {
      assert.equal((await fetch(`${publicUrl}/targets/${asked}`)).status, 404);
    }
    const stranger = uploadClient(url, await issueToken(home, 'dave'));
    assert.equal((await stranger.head(sha256)).status, 404);
  });

  whereMounting('are told of a full disk, and go on when there is room', async () => {
    const home = await suite.home(quiet);
    await mkdir(home.paths.blobs);
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=8m', 'tmpfs', home.paths.blobs]);
    try {
      const { console: url } = await suite.serve(home);
      const client = uploadClient(url, await issueToken(home, 'alice'));
      const content = randomBytes(12 * mebibyte);
      const sha256 = sha256Of(content);
      const announced = await client.put(sha256, content);
      assert.deepEqual([announced.status, announced.code], [507, 'blob.disk-full']);
      const chunked = await replyOf(client.begin(sha256).end(content));
      assert.deepEqual([chunked.status, chunked.code], [507, 'blob.disk-full']);
      execFileSync('mount', ['-o', 'remount,size=32m', home.paths.blobs]);
      await sendRest(client, sha256, content);
      assert.ok((await readFile(blobFile(home.paths.blobs, sha256))).equals(content));
    } finally {
      execFileSync('umount', [home.paths.blobs]);
    }
  });
});

/** Sends a file from where the server is up to some byte, and breaks off. */
async function cutAt(client: UploadClient, sha256: string, content: Buffer, end: number) {
  const { offset = 0 } = await client.head(sha256);
  if (offset >= end) return;
  const asked = client.begin(sha256, {
    'content-length': content.length - offset,
    'content-range': `bytes ${offset}-${content.length - 1}/${content.length}`,
  });
  await new Promise((resolve) => asked.write(content.subarray(offset, end), resolve));
  asked.destroy();
}

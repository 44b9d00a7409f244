import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { makeHome, nextVersion, type TestHome } from '../kit/home.ts';
import { startDaemonProgram, type DaemonProgram } from '../kit/daemon-program.ts';
import { peakMib } from '../kit/peak-memory.ts';
import { until } from '../kit/until.ts';
import { issueToken, replyOf, uploadClient } from '../kit/uploads.ts';
import type { JsonObject } from '../../core/metadata/json.ts';

const mebibyte = 1 << 20;
const zeros = Buffer.alloc(mebibyte);
/** What 5 GiB may need beside what 64 MiB need: room for what the collector of garbage leaves lying. */
const slackMib = 64;

describe('a file of 5 GiB', function () {
  this.timeout(1_800_000);
  let home: TestHome;
  let daemon: DaemonProgram;
  before(async () => {
    home = await makeHome();
    daemon = await startDaemonProgram(home);
  });
  after(async () => {
    await daemon.stop();
    await home.remove();
  });

  it('is uploaded, published and downloaded in as much memory as a small one', async () => {
    const token = await issueToken(home, 'alice');
    await goThrough(64, 'alice-project/tool/2.0.0/small.img', token);
    const before = await peakMib(daemon.pid);
    await goThrough(5 * 1024, 'alice-project/tool/2.0.0/large.img', token);
    const after = await peakMib(daemon.pid);
    assert.ok(after - before < slackMib, `${before} MiB before it, ${after} MiB after it`);
  });

  async function goThrough(mebibytes: number, file: string, token: string): Promise<void> {
    const length = mebibytes * mebibyte;
    const sha256 = digestOfZeros(mebibytes);
    await upload(mebibytes, sha256, token);
    await home.commit((tree) => {
      nextVersion(tree, 'alice', (signed) => ({
        ...signed,
        targets: { ...(signed['targets'] as JsonObject), [file]: { length, hashes: { sha256 } } },
      }));
    });
    const name = file.replace(/[^/]+$/, `${sha256}.$&`);
    const url = `${daemon.content}/targets/${name}`;
    const seen = async () => (await fetch(url, { method: 'HEAD' })).status === 200;
    await until('it is public', seen, 900_000);
    let read = 0;
    for await (const chunk of (await fetch(url)).body ?? []) read += (chunk as Uint8Array).length;
    assert.equal(read, length);
  }

  async function upload(mebibytes: number, sha256: string, token: string): Promise<void> {
    const asked = uploadClient(daemon.console, token).begin(sha256, {
      'content-length': mebibytes * mebibyte,
    });
    const reply = replyOf(asked);
    for (let sent = 0; sent < mebibytes; sent += 1) {
      if (!asked.write(zeros)) await once(asked, 'drain');
    }
    asked.end();
    assert.equal((await reply).status, 201);
  }
});

function digestOfZeros(mebibytes: number): string {
  const hash = createHash('sha256');
  for (let count = 0; count < mebibytes; count += 1) hash.update(zeros);
  return hash.digest('hex');
}

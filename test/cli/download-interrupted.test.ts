import assert from 'node:assert/strict';
import type { ServerResponse } from 'node:http';
import { readdir, readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { ended } from '../kit/cli.ts';
import { downloader } from '../kit/downloader.ts';
import { until } from '../kit/until.ts';

describe('get, when it is interrupted', () => {
  const scene = downloader();
  const content = Buffer.from(Array.from({ length: 5_000_000 }, (_, at) => at % 251));
  const sent = 3_000_000;
  beforeEach(() => {
    scene().offer({ 'a/b/1/big.bin': content });
  });

  const url = () => scene().urlOf('a/b/1/big.bin', content);
  const names = () => readdir(scene().inSandbox('out'));
  const args = ['get', 'a/b/1/big.bin', '--dir', 'out'];

  /** A download that has written something and now waits for its server. */
  async function halfWay() {
    const { inSandbox, sandbox, server } = scene();
    const answer: { response?: ServerResponse } = {};
    server.answers.set(url(), (_, response) => {
      server.answers.delete(url());
      response.writeHead(200, { 'content-length': content.length });
      response.write(content.subarray(0, sent));
      answer.response = response;
    });
    const child = sandbox.start(args);
    const run = ended(child);
    await until('something is written', async () => {
      const [part] = await readdir(inSandbox('out')).catch(() => []);
      return part !== undefined && (await stat(inSandbox(`out/${part}`))).size > 1_000_000;
    });
    const finish = () => answer.response?.end(content.subarray(sent));
    return { child, run, finish };
  }

  for (const signal of ['SIGINT', 'SIGKILL'] as const) {
    it(`keeps what has come at ${signal}, nothing else, and goes on from there`, async () => {
      const { inSandbox, sandbox, server } = scene();
      const { child, run } = await halfWay();
      child.kill(signal);
      await run;
      assert.equal(child.signalCode, signal);
      const left = await names();
      assert.equal(left.length, 1);
      assert.match(left[0] ?? '', /^\.big\.bin\.[0-9a-f]{16}\..*\.part$/);
      await sandbox.ok(args);
      assert.match(server.requests.at(-1) ?? '', / from [1-9]\d{6}$/);
      assert.deepEqual(await names(), ['big.bin']);
      assert.deepEqual(await readFile(inSandbox('out/big.bin')), content);
    });
  }

  it('is not disturbed by another process that gets the same', async () => {
    const { inSandbox, sandbox } = scene();
    const { run, finish } = await halfWay();
    await sandbox.ok(args);
    assert.deepEqual(await readFile(inSandbox('out/big.bin')), content);
    assert.equal((await names()).length, 2);
    finish();
    assert.equal((await run).status, 0);
    assert.deepEqual(await names(), ['big.bin']);
    assert.deepEqual(await readFile(path.join(inSandbox('out'), 'big.bin')), content);
  });
});

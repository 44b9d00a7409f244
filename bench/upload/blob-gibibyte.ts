/**
 * What it takes to send a gibibyte to the blob store, against copying the same file on the same disk,
 * with fsync, and hashing the copy. In turn, in one run: the built daemon, HTTP on this machine.
 */
import { execFile } from 'node:child_process';
import { randomFillSync } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { open, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import { promisify } from 'node:util';
import { makeHome } from '../../test/kit/home.ts';
import { startDaemonProgram } from '../../test/kit/daemon-program.ts';
import { moveOnlineKey } from '../../test/kit/online-key.ts';
import type { TestToken } from '../../test/kit/softhsm.ts';
import { issueToken, replyOf, uploadClient, type UploadClient } from '../../test/kit/uploads.ts';
import { withOnlineToken } from '../kit/online-token.ts';
import { milliseconds, remark, report } from '../kit/figures.ts';

const runs = 5;
const mebibyte = 1 << 20;
const run = promisify(execFile);

export function compareBlob(): Promise<void> {
  return withOnlineToken(compareWith);
}

async function compareWith(token: TestToken | undefined): Promise<void> {
  const home = await makeHome();
  if (token !== undefined) await moveOnlineKey(home, token);
  const daemon = await startDaemonProgram(home);
  try {
    const client = uploadClient(daemon.console, await issueToken(home, 'alice'));
    await compare(client, path.join(home.dir, 'source'));
  } finally {
    await daemon.stop();
    await home.remove();
  }
}

async function compare(client: UploadClient, source: string): Promise<void> {
  await writeRandom(source, 1024);
  const times: { ours: number; copy: number }[] = [];
  for (let count = -1; count < runs; count += 1) {
    // Another file each time: what the store has it does not take again.
    await changeFirstBytes(source);
    const { time: copy, sha256 } = await timeCopy(source);
    const ours = await timeUpload(client, source, sha256);
    if (count >= 0) times.push({ ours, copy });
  }
  const [ours, copies] = [times.map((each) => each.ours), times.map((each) => each.copy)];
  remark(`upload: 1 GiB ${milliseconds(ours)}, copied and hashed ${milliseconds(copies)}`);
  const values = times.map((each) => each.ours / each.copy);
  const yardstick = 'cp to the same disk with fsync, and sha256sum';
  report({ bench: 'upload', figure: 'blob-gibibyte-vs-cp', values, yardstick });
}

async function writeRandom(file: string, mebibytes: number): Promise<void> {
  const handle = await open(file, 'w');
  for (let count = 0; count < mebibytes; count += 1) {
    await handle.write(randomFillSync(Buffer.allocUnsafe(mebibyte)));
  }
  await handle.sync();
  await handle.close();
}

async function changeFirstBytes(file: string): Promise<void> {
  const handle = await open(file, 'r+');
  await handle.write(randomFillSync(Buffer.allocUnsafe(32)), 0, 32, 0);
  await handle.sync();
  await handle.close();
}

async function timeCopy(source: string): Promise<{ time: number; sha256: string }> {
  const copy = `${source}.copy`;
  const start = performance.now();
  await run('cp', ['--reflink=never', source, copy]);
  await run('sync', [copy]);
  const { stdout } = await run('sha256sum', [copy]);
  const time = performance.now() - start;
  await rm(copy);
  return { time, sha256: stdout.slice(0, 64) };
}

async function timeUpload(client: UploadClient, file: string, sha256: string): Promise<number> {
  const { size } = await stat(file);
  const start = performance.now();
  const asked = client.begin(sha256, { 'content-length': size });
  const reply = replyOf(asked);
  await pipeline(createReadStream(file, { highWaterMark: mebibyte }), asked);
  const { status } = await reply;
  if (status !== 201) throw new RangeError(`the upload was answered ${status}`);
  return performance.now() - start;
}

import { createHash } from 'node:crypto';
import { closeSync, fsyncSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Handle, PKCS11 } from 'pkcs11js';
import { writeSignerSettings } from '../../core/home/signer-settings.ts';
import { generateKey } from '../../core/signers/open-signer.ts';
import { startSigner } from '../../daemon/signer/signer-client.ts';
import { snapshotBytes, timestampBytes } from '../../test/kit/online-metadata.ts';
import { binding, withRawSession } from '../../test/kit/raw-token.ts';
import { signerProgram } from '../../test/kit/signer-program.ts';
import type { TestToken } from '../../test/kit/softhsm.ts';
import { median, remark, report } from '../kit/figures.ts';
import { withOnlineToken } from '../kit/online-token.ts';

const signatures = 300;
const warmUps = 50;
const rounds = 5;

/** `signature-vs-bare-plus-3-fsync`: medians of many, in rounds that alternate. */
export async function signatureFigure(bench: string): Promise<void> {
  await withOnlineToken(async (token) => {
    if (token === undefined) {
      remark('sign: SoftHSM is not installed: signature-vs-bare-plus-3-fsync is left out');
      return;
    }
    const values = await inFolder((folder) => measure(folder, token));
    report({
      bench,
      figure: 'signature-vs-bare-plus-3-fsync',
      yardstick: 'a bare signature of the same token, then three fsyncs',
      values,
    });
  });
}

async function measure(folder: string, token: TestToken): Promise<number[]> {
  const uri = token.uri('online');
  const pkcs11Module = token.module;
  await generateKey(uri, 'ecdsa-sha2-nistp256', { pkcs11Module });
  await writeSignerSettings(folder, { format: 1, keys: [uri], pkcs11Module });
  const signer = startSigner({ program: signerProgram(), folder });
  const now = new Date();
  let version = 0;
  const through = async () => {
    version += 1;
    const start = performance.now();
    await signer.sign('timestamp', timestampBytes(version, { now }));
    return performance.now() - start;
  };
  try {
    await signer.sign('snapshot', snapshotBytes(1, { now }));
    for (let at = 0; at < warmUps; at += 1) await through();
    const ratios: number[] = [];
    for (let round = 0; round < rounds; round += 1) {
      const bare = withRawSession(token, (lib, session) => timeBare(lib, session, folder));
      const ours: number[] = [];
      for (let at = 0; at < signatures; at += 1) ours.push(await through());
      remark(
        `sign: signer ${micro(ours)}; bare ${micro(bare.sign)}, three fsyncs ${micro(bare.sync)}`,
      );
      ratios.push(median(ours) / median(bare.both));
    }
    return ratios;
  } finally {
    await signer.close();
  }
}

/** Each fsync is of what was just written at the end of a file. */
function timeBare(lib: PKCS11, session: Handle, folder: string) {
  const key = privateKey(lib, session);
  const fd = openSync(path.join(folder, 'bare'), 'w');
  const times = { sign: [] as number[], sync: [] as number[], both: [] as number[] };
  for (let at = 0; at < warmUps + signatures; at += 1) {
    const start = performance.now();
    const digest = createHash('sha256').update(`timestamp ${at}`).digest();
    lib.C_SignInit(session, { mechanism: binding().CKM_ECDSA }, key);
    lib.C_Sign(session, digest, Buffer.alloc(64));
    const signed = performance.now();
    for (let sync = 0; sync < 3; sync += 1) {
      writeSync(fd, digest);
      fsyncSync(fd);
    }
    const end = performance.now();
    if (at < warmUps) continue;
    times.sign.push(signed - start);
    times.sync.push(end - signed);
    times.both.push(end - start);
  }
  closeSync(fd);
  return times;
}

function privateKey(lib: PKCS11, session: Handle): Handle {
  const { CKA_CLASS, CKO_PRIVATE_KEY } = binding();
  lib.C_FindObjectsInit(session, [{ type: CKA_CLASS, value: CKO_PRIVATE_KEY }]);
  const [key] = lib.C_FindObjects(session, 1);
  lib.C_FindObjectsFinal(session);
  if (key === undefined) throw new RangeError('the token has no private key');
  return key;
}

async function inFolder<T>(use: (folder: string) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(path.join(tmpdir(), 'tuf-on-git-bench-'));
  try {
    return await use(folder);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function micro(times: readonly number[]): string {
  return `${(median(times) * 1000).toFixed(0)} µs`;
}

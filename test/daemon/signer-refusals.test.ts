import assert from 'node:assert/strict';
import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { writeSignerSettings } from '../../core/home/signer-settings.ts';
import { verifySignature, type PublicKey, type SigningScheme } from '../../core/metadata/keys.ts';
import { generateKey } from '../../core/signers/open-signer.ts';
import { answerSchema } from '../../daemon/signer/protocol.ts';
import * as online from '../kit/online-metadata.ts';
import { signerProgram } from '../kit/signer-program.ts';
import { cliEnvironment, createToken, softHsmAvailable, type TestToken } from '../kit/softhsm.ts';
import { until } from '../kit/until.ts';

const schemes: SigningScheme[] = ['ecdsa-sha2-nistp256', 'ed25519', 'rsassa-pss-sha256'];
const now = new Date();
const hour = 1;

/** After snapshot 5 (targets 3, alice 7) and timestamp 9 were signed. */
const refusals: Record<string, readonly [role: string, bytes: Buffer]> = {
  'a snapshot below its floor': ['snapshot', snapshot(4)],
  'the last snapshot with other bytes': ['snapshot', snapshot(5, 2 * hour)],
  'a snapshot far above its floor': ['snapshot', snapshot(5 + 101)],
  'a snapshot in which a role falls': ['snapshot', snapshot(6, hour, { 'alice.json': 6 })],
  'a snapshot in which targets falls': ['snapshot', snapshot(6, hour, { 'targets.json': 2 })],
  'a snapshot without a role that it listed': [
    'snapshot',
    online.snapshotBytes(6, { now, meta: { 'targets.json': 3 } }),
  ],
  'a snapshot that lives for a year': ['snapshot', snapshot(6, 8760 * hour)],
  'a timestamp below its floor': ['timestamp', timestamp(8)],
  'the last timestamp with other bytes': ['timestamp', timestamp(9, 2 * hour)],
  'a timestamp far above its floor': ['timestamp', timestamp(9 + 101)],
  'a timestamp of an older snapshot': ['timestamp', timestamp(10, hour, 4)],
  'a timestamp of a snapshot that was never signed': ['timestamp', timestamp(10, hour, 6)],
  'a timestamp that lives for a year': ['timestamp', timestamp(10, 8760 * hour)],
  'a root': ['root', snapshot(6)],
  'the targets': ['targets', snapshot(6)],
  'targets under the name of a snapshot': ['snapshot', online.delegatedBytes(6, { now })],
  'a role that its settings do not name': ['alice', online.delegatedBytes(8, { now })],
};

for (const place of ['a file', 'a token'] as const) {
  for (const scheme of schemes) {
    describe(`a hostile daemon before a signer with ${scheme} in ${place}`, () => {
      let folder: string;
      let token: TestToken | undefined;
      let child: ChildProcess | undefined;
      let key: PublicKey;

      before(async function () {
        if (place === 'a token' && !softHsmAvailable()) this.skip();
        folder = mkdtempSync(path.join(tmpdir(), 'tuf-on-git-test-'));
        token = place === 'a token' ? createToken() : undefined;
        token?.use();
        const uri = token?.uri('online') ?? 'file:online.json';
        const pkcs11Module = token?.module;
        key = await generateKey(uri, scheme, { folder, pkcs11Module, unsafePlaintext: true });
        await writeSignerSettings(folder, {
          format: 1,
          keys: [uri],
          ...(pkcs11Module === undefined ? {} : { pkcs11Module }),
          maxVersionStep: 100,
          maxRequestsPerMinute: 60,
        });
        const env = { ...process.env, ...cliEnvironment(token) };
        child = fork(signerProgram(), [folder], { stdio: 'ignore', execArgv: [], env });
        await signed('snapshot', snapshot(5));
        await signed('timestamp', timestamp(9));
      });
      after(async () => {
        if (child === undefined) return;
        child.disconnect();
        await once(child, 'exit');
        rmSync(folder, { recursive: true });
        token?.dispose();
      });

      const ask = async (role: string, bytes: Buffer) => {
        const isOnline = role === 'snapshot' || role === 'timestamp';
        const what = isOnline || role === 'root' ? 'sign' : 'sign-delegated';
        assert.ok(child);
        child.send({ id: 1, ask: what, role, bytes: bytes.toString('base64') });
        const [answer] = (await once(child, 'message')) as unknown[];
        return answerSchema.parse(answer);
      };
      const signed = async (role: string, bytes: Buffer) => {
        const answer = await ask(role, bytes);
        assert.ok('signatures' in answer, JSON.stringify(answer));
        const [signature] = answer.signatures;
        assert.ok(verifySignature(key, bytes, Buffer.from(signature?.sig ?? '', 'hex')));
      };
      const isRefused = async (role: string, bytes: Buffer) => {
        const answer = await ask(role, bytes);
        assert.equal('error' in answer && answer.error.code, 'signer.refused');
      };

      it('gets the last ones again, for a second key', async () => {
        await signed('snapshot', snapshot(5));
        await signed('timestamp', timestamp(9));
      });

      for (const [what, [role, bytes]] of Object.entries(refusals)) {
        it(`gets no signature for ${what}`, () => isRefused(role, bytes));
      }

      it('gets what is next, and then no more than its settings allow in a minute', async () => {
        await signed('snapshot', snapshot(6));
        let version = 10;
        await signed('timestamp', timestamp(version, hour, 6));
        for (let asked = 0; asked < 60; asked += 1) await ask('timestamp', timestamp(8));
        // The limit grows again by one a second.
        await until('no more is signed', async () => {
          const answer = await ask('timestamp', timestamp((version += 1), hour, 6));
          return 'error' in answer && answer.error.code === 'signer.refused';
        });
        assert.ok(version <= 15, `it signed up to version ${version}`);
      });
    });
  }
}

function snapshot(version: number, lifeHours = hour, more: Record<string, number> = {}): Buffer {
  const meta = { 'targets.json': 3, 'alice.json': 7, ...more };
  return online.snapshotBytes(version, { now, lifeHours, meta });
}

function timestamp(version: number, lifeHours = hour, of = 5): Buffer {
  return online.timestampBytes(version, { now, lifeHours, meta: { 'snapshot.json': of } });
}

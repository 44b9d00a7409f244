import assert from 'node:assert/strict';
import {
  closeSync,
  copyFileSync,
  openSync,
  readFileSync,
  renameSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { line } from '../../core/error/error.ts';
import { writeSignerSettings, type SignerSettingsInput } from '../../core/home/signer-settings.ts';
import { verifySignature, type PublicKey } from '../../core/metadata/keys.ts';
import { generateKey } from '../../core/signers/open-signer.ts';
import {
  startSigner,
  type SignerClient,
  type SignerOptions,
} from '../../daemon/signer/signer-client.ts';
import { rejectsWithFault } from '../kit/faults.ts';
import { createFaultyToken, faultyTokenAvailable, type FaultyToken } from '../kit/faulty-token.ts';
import { freshFolders } from '../kit/folders.ts';
import * as online from '../kit/online-metadata.ts';
import { withRawSession } from '../kit/raw-token.ts';
import { signerProgram } from '../kit/signer-program.ts';
import { createToken, softHsmAvailable, type TestToken } from '../kit/softhsm.ts';
import { until } from '../kit/until.ts';

const now = new Date();
const snapshot = (version: number) => online.snapshotBytes(version, { now });

describe('the signer with a token', () => {
  const folder = freshFolders();
  const logged: string[] = [];
  let token: TestToken;
  let client: SignerClient;
  let key: PublicKey;

  const start = (more: Partial<SignerOptions> = {}) =>
    startSigner({
      program: signerProgram(),
      folder: folder(),
      env: { ...process.env, ...token.env },
      log: (text) => logged.push(text),
      ...more,
    });
  const settings = (uri: string) =>
    writeSignerSettings(folder(), { format: 1, keys: [uri], pkcs11Module: token.module });

  before(function () {
    if (!softHsmAvailable()) this.skip();
    signerProgram();
  });
  beforeEach(async () => {
    token = createToken();
    token.use();
    key = await generateKey(token.uri('online'), 'ecdsa-sha2-nistp256', {
      pkcs11Module: token.module,
    });
    await settings(token.uri('online'));
    client = start();
  });
  afterEach(async () => {
    await client.close();
    token.dispose();
    logged.length = 0;
  });

  const signs = async (version: number) => {
    const [signature] = await client.sign('snapshot', snapshot(version));
    return verifySignature(key, snapshot(version), Buffer.from(signature?.sig ?? '', 'hex'));
  };

  it('signs with the key that never leaves it', async () => {
    assert.ok(await signs(1));
    assert.deepEqual(
      (await client.publicKeys()).map(({ keyid }) => keyid),
      [key.keyid],
    );
  });

  it('never tries a wrong PIN again before something changes', async () => {
    writeFileSync(token.pinFile, '4321\n');
    const error = await rejectsWithFault('signer.pin', client.publicKeys());
    setPin(token.pin, '4321');
    await rejectsWithFault('signer.pin', client.publicKeys());
    await rejectsWithFault('signer.pin', client.sign('snapshot', snapshot(1)));
    assert.equal(client.pid, undefined, 'it is not even started for that');
    writeFileSync(token.pinFile, '4321');
    assert.ok(await signs(1), 'the PIN would have been right by now');
    assert.doesNotMatch(line(error), /CKR_|4321/);
    assert.match(logged.join('\n'), /CKR_PIN_INCORRECT/, 'the operator’s log says more');
    assert.doesNotMatch(logged.join('\n'), /4321/);
  });

  it('is unavailable while the token is away, and signs when it is back', async () => {
    const tokens = path.join(token.folder, 'tokens');
    const away = path.join(token.folder, 'pulled-out');
    assert.ok(await signs(1));
    renameSync(tokens, away);
    process.kill(Number(client.pid), 'SIGKILL');
    await assert.rejects(client.publicKeys());
    await assert.rejects(client.publicKeys());
    renameSync(away, tokens);
    assert.ok(await signs(2));
  });

  it('reads the PIN from a descriptor of the daemon’s, again after it was killed', async () => {
    const fd = openSync(token.pinFile, 'r');
    try {
      await settings(`${token.uri('online').split('?')[0] ?? ''}?pin-source=fd:${fd}`);
      client = start({ inheritFds: [fd] });
      assert.ok(await signs(1));
      process.kill(Number(client.pid), 'SIGKILL');
      await until('it is gone', () => client.pid === undefined);
      assert.ok(await signs(2));
    } finally {
      closeSync(fd);
    }
  });

  it('says how to get pkcs11js where it is not installed', async () => {
    const program = path.join(folder(), 'signer.cjs');
    copyFileSync(signerProgram(), program);
    client = start({ program });
    const error = await rejectsWithFault('signer.module', client.publicKeys());
    assert.match(error.hint ?? '', /npm install pkcs11js/);
  });

  it('writes the PIN nowhere', async () => {
    assert.ok(await signs(1));
    const files = ['settings.json', 'floor.json'].map((name) => path.join(folder(), name));
    const inProc = ['cmdline', 'environ'].map((name) => `/proc/${Number(client.pid)}/${name}`);
    for (const file of [...files, ...(process.platform === 'linux' ? inProc : [])]) {
      assert.ok(!readFileSync(file, 'utf8').includes(token.pin), file);
    }
    assert.deepEqual(logged, []);
  });

  it('dumps no core, and opens no debugger', async function () {
    if (process.platform !== 'linux') this.skip();
    assert.ok(await signs(1));
    const { pid } = client;
    assert.match(
      readFileSync(`/proc/${Number(pid)}/limits`, 'utf8'),
      /^Max core file size +0 +0 /m,
    );
    process.kill(Number(pid), 'SIGUSR1');
    assert.ok(await signs(2));
    assert.equal(client.pid, pid);
    assert.deepEqual(logged, [], 'node would tell where its debugger listens');
  });

  it('never tries a wrong PIN again in another run of the daemon either', async () => {
    writeFileSync(token.pinFile, '4321\n');
    await rejectsWithFault('signer.pin', client.publicKeys());
    await client.close();
    client = start();
    const error = await rejectsWithFault('signer.pin', client.publicKeys());
    assert.equal(client.pid, undefined, 'it is not even started for that');
    assert.match(error.hint ?? '', /touch/);
    writeFileSync(token.pinFile, token.pin);
    assert.ok(await signs(1));
  });

  function setPin(from: string, to: string): void {
    withRawSession(token, (lib, session) => {
      lib.C_SetPIN(session, from, to);
    });
  }
});

describe('the signer with a token that holds the keys of several roles', () => {
  const folder = freshFolders();
  let token: FaultyToken;
  let client: SignerClient;

  const start = () =>
    startSigner({
      program: signerProgram(),
      folder: folder(),
      env: { ...process.env, ...token.env },
      log: () => undefined,
    });
  const settings = (more: Partial<SignerSettingsInput> = {}) =>
    writeSignerSettings(folder(), {
      format: 1,
      keys: ['file:online.json'],
      onlineRoles: { nightly: token.uri('nightly'), weekly: token.uri('weekly') },
      pkcs11Module: token.module,
      ...more,
    });

  before(function () {
    if (!faultyTokenAvailable()) this.skip();
    signerProgram();
  });
  beforeEach(async () => {
    token = createFaultyToken();
    token.use();
    const scheme = 'ecdsa-sha2-nistp256';
    for (const role of ['nightly', 'weekly']) {
      await generateKey(token.uri(role), scheme, { pkcs11Module: token.module });
    }
    await generateKey('file:online.json', scheme, { folder: folder(), unsafePlaintext: true });
    await settings();
    client = start();
  });
  afterEach(async () => {
    await client.close();
    token.dispose();
  });

  it('sends a wrong PIN once for all of them, over restarts too, and signs without them', async () => {
    writeFileSync(token.pinFile, '4321\n');
    const before = token.calls('C_Login');
    for (const run of [1, 2]) {
      await rejectsWithFault('signer.pin', client.delegatedKeys('nightly'));
      await rejectsWithFault('signer.pin', client.delegatedKeys('weekly'));
      assert.equal(client.pid, undefined, `run ${run}: it is not even started for the second`);
      await client.close();
      client = start();
    }
    assert.equal(token.calls('C_Login'), before + 1);
    assert.equal((await client.publicKeys()).length, 1, 'their key is another');
    writeFileSync(token.pinFile, token.pin);
    assert.equal((await client.delegatedKeys('weekly')).length, 1);
  });

  it('sends it once though a later URI of these keys makes no sense', async () => {
    await settings({ keys: [token.uri('nightly'), 'pkcs11:nonsense'] });
    writeFileSync(token.pinFile, '4321\n');
    const before = token.calls('C_Login');
    await rejectsWithFault('signer.pin', client.publicKeys());
    await rejectsWithFault('signer.pin', client.publicKeys());
    await rejectsWithFault('signer.pin', client.delegatedKeys('weekly'));
    assert.equal(token.calls('C_Login'), before + 1);
  });

  for (const text of ['{"format":1,"refused":{}}', '{"format":']) {
    it(`is not stopped by a list of refusals that it cannot read: ${text}`, async () => {
      const file = path.join(folder(), 'refused.json');
      writeFileSync(file, text);
      assert.equal((await client.delegatedKeys('nightly')).length, 1);
      await client.close();
      client = start();
      writeFileSync(token.pinFile, '4321\n');
      await rejectsWithFault('signer.pin', client.delegatedKeys('nightly'));
      assert.match(readFileSync(file, 'utf8'), /"format": 2/);
    });
  }
});

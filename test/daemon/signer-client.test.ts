import assert from 'node:assert/strict';
import {
  appendFileSync,
  existsSync,
  mkdirSync,
  readFileSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { writeSignerSettings, type SignerSettingsInput } from '../../core/home/signer-settings.ts';
import { verifySignature, type PublicKey } from '../../core/metadata/keys.ts';
import { createFileKey } from '../../core/signers/file-key.ts';
import { generateKey } from '../../core/signers/open-signer.ts';
import {
  startSigner,
  type SignerClient,
  type SignerOptions,
} from '../../daemon/signer/signer-client.ts';
import { rejectsWithFault } from '../kit/faults.ts';
import { freshFolders } from '../kit/folders.ts';
import * as online from '../kit/online-metadata.ts';
import { signerProgram } from '../kit/signer-program.ts';
import { until } from '../kit/until.ts';

/** The signer's process lives by the real clock. */
const now = new Date();
const snapshot = (version: number) => online.snapshotBytes(version, { now });
const timestamp = (version: number) => online.timestampBytes(version, { now });

describe('the signer, as a process of its own', () => {
  const folder = freshFolders();
  const clients: SignerClient[] = [];
  const logged: string[] = [];
  let key: PublicKey;

  const start = (options: Partial<SignerOptions> = {}) => {
    const log = (text: string) => logged.push(text);
    const client = startSigner({ program: signerProgram(), folder: folder(), log, ...options });
    clients.push(client);
    return client;
  };
  const settings = (more: Partial<SignerSettingsInput> = {}) =>
    writeSignerSettings(folder(), { format: 1, keys: ['file:online.json'], ...more });
  const newKey = (name: string) =>
    generateKey(`file:${name}`, 'ecdsa-sha2-nistp256', { folder: folder(), unsafePlaintext: true });

  before(() => {
    signerProgram();
  });
  beforeEach(async () => {
    key = await newKey('online.json');
    await settings();
  });
  afterEach(async () => {
    await Promise.all(clients.splice(0).map((client) => client.close()));
    logged.length = 0;
  });

  it('tells its floor, after a start anew too, and while no key can be opened', async () => {
    const client = start();
    assert.deepEqual(await client.floor(), { snapshot: 0, timestamp: 0 });
    await client.sign('snapshot', snapshot(7));
    await client.close();
    rmSync(path.join(folder(), 'online.json'));
    assert.deepEqual(await start().floor(), { snapshot: 7, timestamp: 0 });
  });

  it('names its keys and signs with them', async () => {
    const client = start();
    assert.deepEqual(
      (await client.publicKeys()).map(({ keyid }) => keyid),
      [key.keyid],
    );
    const [signature, ...more] = await client.sign('snapshot', snapshot(1));
    assert.deepEqual(more, []);
    assert.equal(signature?.keyid, key.keyid);
    assert.ok(verifySignature(key, snapshot(1), Buffer.from(signature.sig, 'hex')));
  });

  it('starts when it is first needed, and is gone when it is closed', async () => {
    const client = start();
    assert.equal(client.pid, undefined);
    await client.publicKeys();
    const pid = Number(client.pid);
    await client.close();
    assert.throws(() => process.kill(pid, 0), { code: 'ESRCH' });
    await rejectsWithFault('signer.unavailable', client.publicKeys());
  });

  it('signs with the keys that are asked for, of two', async () => {
    const other = await newKey('other.json');
    await settings({ keys: ['file:online.json', 'file:other.json'] });
    const client = start();
    const keyids = async (...wanted: string[]) =>
      (await client.sign('snapshot', snapshot(1), wanted)).map(({ keyid }) => keyid);
    assert.equal((await client.sign('snapshot', snapshot(1))).length, 2);
    assert.deepEqual(await keyids(other.keyid), [other.keyid]);
    assert.deepEqual(await keyids(key.keyid), [key.keyid]);
    await rejectsWithFault('signer.refused', keyids(key.keyid, '0'.repeat(64)));
  });

  it('refuses two URIs of one key', async () => {
    await settings({ keys: ['file:online.json', 'file:./online.json'] });
    await rejectsWithFault('home.configuration', start().publicKeys());
  });

  it('answers requests that come at once, each with its own answer', async () => {
    const client = start();
    const versions = Array.from({ length: 20 }, (_, n) => n + 1);
    const all = await Promise.all(
      versions.map((version) => client.sign('snapshot', snapshot(version))),
    );
    for (const [n, [signature]] of all.entries()) {
      assert.ok(verifySignature(key, snapshot(n + 1), Buffer.from(signature?.sig ?? '', 'hex')));
    }
  });

  it('remembers its floor when it is killed', async () => {
    const client = start();
    await client.sign('snapshot', snapshot(7));
    process.kill(Number(client.pid), 'SIGKILL');
    await assert.rejects(client.sign('snapshot', snapshot(6)));
    await rejectsWithFault('signer.refused', client.sign('snapshot', snapshot(6)));
    await client.sign('snapshot', snapshot(8));
    const again = start();
    await rejectsWithFault('signer.refused', again.sign('snapshot', snapshot(7)));
  });

  it('has the floor on disk before the signature leaves, and lets none leave otherwise', async () => {
    const client = start();
    mkdirSync(path.join(folder(), 'floor.json.new'));
    await rejectsWithFault('signer.unavailable', client.sign('snapshot', snapshot(1)));
    assert.ok(!existsSync(path.join(folder(), 'floor.json')));
    rmSync(path.join(folder(), 'floor.json.new'), { recursive: true });
    await client.sign('snapshot', snapshot(1));
    const floor = JSON.parse(readFileSync(path.join(folder(), 'floor.json'), 'utf8')) as Floor;
    assert.equal(floor.snapshot.version, 1);
  });

  it('remembers every signature when it is killed, though a line of its floor was cut short', async () => {
    const client = start();
    for (const version of [1, 2, 3]) {
      await client.sign('snapshot', snapshot(version));
      await client.sign('timestamp', timestamp(version));
    }
    process.kill(Number(client.pid), 'SIGKILL');
    await until('it is gone', () => client.pid === undefined);
    appendFileSync(path.join(folder(), 'floor.recent'), '{"role":"snapshot","fl');
    assert.deepEqual(await client.floor(), { snapshot: 3, timestamp: 3 });
    await client.sign('snapshot', snapshot(4));
    await client.sign('timestamp', timestamp(4));
    process.kill(Number(client.pid), 'SIGKILL');
    await until('it is gone', () => client.pid === undefined);
    assert.deepEqual(await client.floor(), { snapshot: 4, timestamp: 4 });
  });

  it('signs nothing with lines of a floor that it cannot read', async () => {
    writeFileSync(path.join(folder(), 'floor.recent'), '{"role":"snapshot"}\n');
    await rejectsWithFault('signer.refused', start().sign('snapshot', snapshot(1)));
  });

  it('signs nothing with a floor that it cannot read', async () => {
    writeFileSync(path.join(folder(), 'floor.json'), '{"format":1,"snapshot":');
    await rejectsWithFault('signer.refused', start().sign('snapshot', snapshot(1)));
  });

  it('leaves the floor where it is for what it refuses', async () => {
    const client = start();
    await client.sign('snapshot', snapshot(5));
    const before = readFileSync(path.join(folder(), 'floor.json'), 'utf8');
    await rejectsWithFault('signer.refused', client.sign('snapshot', snapshot(4)));
    await rejectsWithFault('signer.refused', client.sign('timestamp', snapshot(6)));
    await rejectsWithFault('signer.refused', client.sign('snapshot', Buffer.from('{}')));
    assert.equal(readFileSync(path.join(folder(), 'floor.json'), 'utf8'), before);
  });

  it('signs no more often than its settings allow', async () => {
    await settings({ maxRequestsPerMinute: 2 });
    const client = start();
    await client.sign('snapshot', snapshot(1));
    await client.sign('timestamp', timestamp(1));
    await rejectsWithFault('signer.refused', client.sign('timestamp', timestamp(2)));
  });

  it('is started anew after it was killed', async () => {
    const client = start();
    await client.publicKeys();
    const first = Number(client.pid);
    process.kill(first, 'SIGSTOP');
    const waiting = rejectsWithFault('signer.unavailable', client.sign('snapshot', snapshot(1)));
    process.kill(first, 'SIGKILL');
    await waiting;
    assert.equal((await client.publicKeys()).length, 1);
    assert.notEqual(client.pid, first);
  });

  it('is killed and started anew when it hangs', async () => {
    const client = start({ timeoutMs: 6000 });
    await client.publicKeys();
    const first = Number(client.pid);
    process.kill(first, 'SIGSTOP');
    await rejectsWithFault('signer.unavailable', client.publicKeys());
    assert.throws(() => process.kill(first, 0), { code: 'ESRCH' });
    assert.equal((await client.publicKeys()).length, 1);
  });

  it('goes on after Ctrl-C, which reaches the whole group', async () => {
    const client = start();
    await client.publicKeys();
    const { pid } = client;
    process.kill(Number(pid), 'SIGINT');
    await client.sign('snapshot', snapshot(1));
    assert.equal(client.pid, pid);
  });

  it('is unavailable when its program is missing or no signer', async () => {
    const nonsense = path.join(folder(), 'nonsense.cjs');
    writeFileSync(nonsense, 'process.on("message", () => process.send({ hello: 1 }));');
    for (const program of [path.join(folder(), 'none.cjs'), nonsense]) {
      await rejectsWithFault('signer.unavailable', start({ program }).publicKeys());
    }
  });

  it('says what is wrong with its settings, and reads them again at the next request', async () => {
    const client = start();
    const file = path.join(folder(), 'settings.json');
    rmSync(file);
    await rejectsWithFault('home.missing', client.publicKeys());
    writeFileSync(file, '{"format":1,"keys":["file:online.json"],"pin":"1234"}');
    await rejectsWithFault('home.configuration', client.publicKeys());
    await settings({ keys: ['file:none.json'] });
    await rejectsWithFault('signer.key-not-found', client.publicKeys());
    const next = start();
    await settings({ keys: ['pkcs11:token=a;object=b'] });
    await rejectsWithFault('signer.module', next.publicKeys());
  });

  it('takes up a key that is added to its settings when it is next asked for its keys', async () => {
    const client = start();
    await client.publicKeys();
    const second = await newKey('second.json');
    await settings({ keys: ['file:online.json', 'file:second.json'] });
    const keyids = (await client.publicKeys()).map(({ keyid }) => keyid);
    assert.deepEqual(keyids, [key.keyid, second.keyid]);
    assert.equal((await client.sign('snapshot', snapshot(1))).length, 2);
  });

  it('never tries a wrong passphrase again before something changes', async () => {
    const cost = { n: 2 ** 14, r: 8, p: 1 };
    const file = path.join(folder(), 'encrypted.json');
    const made = await createFileKey(file, 'ed25519', () => Promise.resolve('right'), { cost });
    const secret = path.join(folder(), 'passphrase');
    writeFileSync(secret, 'wrong\n', { mode: 0o600 });
    await settings({ keys: ['file:encrypted.json?pin-source=file:passphrase'] });
    const client = start();
    await rejectsWithFault('signer.passphrase', client.publicKeys());
    await rejectsWithFault('signer.passphrase', client.sign('snapshot', snapshot(1)));
    assert.equal(client.pid, undefined, 'it is not even started for that');
    writeFileSync(secret, 'right\n');
    utimesSync(secret, 1, 1);
    assert.deepEqual(
      (await client.publicKeys()).map(({ keyid }) => keyid),
      [made.keyid],
    );
    assert.doesNotMatch(logged.join('\n'), /wrong\b(?! passphrase)/);
  });
});

interface Floor {
  readonly snapshot: { readonly version: number };
}

/** Keys in tokens, as a workspace signs with them: SoftHSM in the place of what people plug in. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import {
  closeSync,
  constants,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeSync,
} from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { keyJson, type PublicKey } from '../../core/metadata/keys.ts';
import { createFileKey } from '../../core/signers/file-key.ts';
import { generateKey } from '../../core/signers/open-signer.ts';
import { binding } from '../kit/raw-token.ts';
import { scriptedCli } from '../kit/scripted-cli.ts';
import { createToken, softHsmAvailable, type TestToken } from '../kit/softhsm.ts';
import {
  workspaceAt,
  workspaces,
  type MaintainerWorkspace,
  type Workspaces,
} from '../kit/workspaces.ts';

describe('keys in tokens', () => {
  let kit: Workspaces;
  let work: MaintainerWorkspace;
  let token: TestToken;
  let module: readonly string[];

  before(async function () {
    if (!softHsmAvailable()) this.skip();
    kit = await workspaces();
  });
  beforeEach(async () => {
    token = createToken('blue');
    token.use();
    module = ['--pkcs11-module', token.module];
    work = await kit.freshClone('admin');
  });
  afterEach(() => {
    token.dispose();
  });
  after(() => kit.remove());

  /** Makes keys in a token and drafts a role that all of them must sign. */
  async function roleOf(role: string, label: string, ...owners: readonly string[]) {
    const keys: PublicKey[] = [];
    for (const owner of owners) {
      const key = await keyIn(label, owner);
      const json = keyJson(key.object, 'ecdsa-sha2-nistp256', `@${owner}`);
      await writeFile(publicFile(owner), JSON.stringify(json));
      keys.push(key);
    }
    const files = owners.flatMap((owner) => ['--key', publicFile(owner)]);
    const threshold = ['--threshold', String(owners.length)];
    await work.ok('role', 'add', role, ...files, ...threshold, '--paths', `${role}/*`);
    return keys;
  }
  const publicFile = (owner: string) => path.join(kit.dir, 'keys', `${owner}-token.pub`);

  function keyIn(label: string, object: string): Promise<PublicKey> {
    const uri = token.uri(object).replace('token=blue', `token=${label}`);
    return generateKey(uri, 'ecdsa-sha2-nistp256', { pkcs11Module: token.module });
  }

  async function drafts(): Promise<readonly string[]> {
    const folder = path.join(work.dir, 'metadata');
    const files = readdirSync(folder).filter((name) => name.endsWith('.json'));
    return Promise.all(files.map((name) => readFile(path.join(folder, name), 'utf8')));
  }

  it('are found by the role that must be signed, and each token asks for its PIN once', async () => {
    token.another('red');
    await roleOf('tools', 'blue', 'ann', 'ben');
    await roleOf('games', 'red', 'cid');
    await keyIn('red', 'nobody');
    const { ask, asked } = scriptedCli(work.dir, ['y', token.pin, token.pin]);
    const run = await work.ask(ask, 'sign', ...module);
    assert.equal(run.status, 0, run.stderr);
    assert.deepEqual(asked, ['Sign this?', 'PIN of token blue', 'PIN of token red']);
    assert.match(run.stdout, /tools version 1: 2 of 2 signatures/);
    assert.match(run.stdout, /games version 1: 1 of 1 signature/);
  });

  it('may be named by the beginning of a keyid, and then no other signs', async () => {
    const [ann, ben] = await roleOf('tools', 'blue', 'ann', 'ben');
    assert.ok(ann && ben);
    const signWith = (id: string) => {
      const { ask } = scriptedCli(work.dir, [token.pin]);
      return work.ask(ask, 'sign', '--yes', ...module, '--key', id);
    };
    const run = await signWith(ben.keyid.slice(0, 12));
    assert.equal(run.status, 4, run.stderr);
    assert.match(run.stdout, /tools version 1: 1 of 2 signatures; @ann is missing/);
    assert.match(run.stdout, /targets version 2: 0 of 1 signature/);
    assert.match((await signWith('00000000')).stderr, /\[signer\.key-not-found\] --key 00000000/);
  });

  it('leave signing to other keys while their token is away, and are missed when there is none', async () => {
    await keyIn('blue', 'ann');
    const alone = workspaceAt(path.join(kit.dir, 'alone'));
    const clone = ['clone', kit.gated.sandbox.bare, alone.dir, '--root', `${kit.dir}/root.json`];
    const keys = ['--key', token.uri('ann'), '--key', kit.keyUri('admin')];
    const made = await kit.run(kit.dir, ...clone, ...keys, ...module);
    assert.equal(made.status, 0, made.stderr);
    unplug('blue');
    await alone.ok('role', 'set', 'targets', '--renew');
    const { status, stderr } = await alone.run('sign', '--yes');
    assert.equal(status, 0, stderr);
    assert.match(stderr, /^warning: a key is left out: \[signer\.token\] token blue/m);
    await alone.refused(2, 'signer.token', 'sign', '--yes', '--key', token.uri('ann'), ...module);
  });

  it('sign nothing at all when one is pulled out in mid-signature', async () => {
    token.another('red');
    await roleOf('tools', 'blue', 'ann');
    await roleOf('games', 'red', 'cid');
    const before = await drafts();
    const { ask } = scriptedCli(work.dir, []);
    const secret = (what: string) => {
      if (what.includes('red')) unplug('blue');
      return Promise.resolve(token.pin);
    };
    const run = await work.ask({ ...ask, secret }, 'sign', '--yes', ...module);
    assert.equal(run.status, 3, run.stderr);
    assert.match(run.stderr, /\[signer\.unavailable\] pkcs11:token=blue;.*not there any more/);
    assert.deepEqual(await drafts(), before);
    assert.match(await work.ok('status'), /\(not committed\)/);
  });

  it('are not asked a second time after a wrong PIN, and tell what tries are left', async () => {
    await roleOf('tools', 'blue', 'ann');
    const before = await drafts();
    const first = scriptedCli(work.dir, ['4321']);
    const run = await work.ask(first.ask, 'sign', '--yes', ...module);
    assert.equal(run.status, 1, run.stderr);
    assert.match(run.stderr, /\[signer\.pin\] token blue: .*not tried again; few tries/);
    assert.deepEqual(await drafts(), before);
    const second = scriptedCli(work.dir, [token.pin]);
    assert.equal((await work.ask(second.ask, 'sign', '--yes', ...module)).status, 0);
    const note = 'few tries may be left before the token locks';
    assert.deepEqual(second.asked, [`PIN of token blue (${note})`]);
  });

  it('say so when one try is left, and ask nobody once the token is locked', async () => {
    await roleOf('tools', 'blue', 'ann');
    token.setFlags(binding().CKF_USER_PIN_FINAL_TRY);
    const last = scriptedCli(work.dir, ['4321']);
    const wrong = await work.ask(last.ask, 'sign', '--yes', ...module);
    assert.match(wrong.stderr, /\[signer\.pin\] .*one try is left/);
    assert.deepEqual(last.asked, ['PIN of token blue (one try is left before the token locks)']);
    token.setFlags(binding().CKF_USER_PIN_LOCKED);
    const { ask, asked } = scriptedCli(work.dir, []);
    const locked = await work.ask(ask, 'sign', '--yes', ...module);
    assert.equal(locked.status, 1);
    assert.match(locked.stderr, /\[signer\.pin\] token blue: the PIN of the token is locked/);
    assert.deepEqual(asked, []);
  });

  it('and keys in files take their secret from one descriptor, which can be read only once', async () => {
    await roleOf('tools', 'blue', 'ann', 'ben');
    const uris = ['ann', 'ben'].map((name) => token.uri(name).split('?')[0] ?? '');
    const fd = pipeWith(`${token.pin}\n`);
    try {
      const keys = uris.flatMap((uri) => ['--key', `${uri}?pin-source=fd:${fd}`]);
      const run = await work.run('sign', '--yes', ...module, ...keys);
      assert.match(run.stdout, /tools version 1: 2 of 2 signatures/, run.stderr);
    } finally {
      closeSync(fd);
    }
    const file = path.join(kit.dir, 'keys/dora.json');
    const secret = () => Promise.resolve('correct horse');
    const cost = { n: 2 ** 14, r: 8, p: 1 };
    const { json } = await createFileKey(file, 'ed25519', secret, { owner: '@dora', cost });
    await writeFile(publicFile('dora'), JSON.stringify(json));
    await work.ok('role', 'add', 'films', '--key', publicFile('dora'), '--paths', 'films/*');
    const other = pipeWith('correct horse\n');
    try {
      const dora = `file:${file}?pin-source=fd:${other}`;
      const run = await work.run('sign', '--yes', '--key', dora);
      assert.match(run.stdout, /films version 1: 1 of 1 signature/, run.stderr);
    } finally {
      closeSync(other);
    }
  });

  /** Takes a token away for the rest of the test. */
  function unplug(label: string): void {
    const folder = path.join(token.folder, 'tokens');
    for (const name of readdirSync(folder)) {
      const object = readFileSync(path.join(folder, name, 'token.object'));
      if (object.includes(label)) {
        renameSync(path.join(folder, name), path.join(token.folder, name));
      }
    }
  }

  /** A descriptor of a pipe that holds this text, and then ends. */
  function pipeWith(text: string): number {
    const fifo = path.join(token.folder, 'pipe');
    rmSync(fifo, { force: true });
    execFileSync('mkfifo', [fifo]);
    const reader = openSync(fifo, constants.O_RDONLY | constants.O_NONBLOCK);
    const writer = openSync(fifo, constants.O_WRONLY);
    writeSync(writer, text);
    closeSync(writer);
    return reader;
  }
});

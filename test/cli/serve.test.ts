import assert from 'node:assert/strict';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { createInterface } from 'node:readline';
import { readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { ReadinessAnswer } from '../../cli/daemon-readiness.ts';
import type { Code } from '../../core/error/codes.ts';
import { homePaths } from '../../core/home/layout.ts';
import { writeSignerSettings } from '../../core/home/signer-settings.ts';
import { keyName, parseKeyUri } from '../../core/signers/key-uri.ts';
import { generateKey } from '../../core/signers/open-signer.ts';
import { assertRefused, cliSandbox, ended, type CliRun, type CliSandbox } from '../kit/cli.ts';
import { initHome, makePlainKeys, type InitAnswer } from '../kit/cli-home.ts';
import { cloneAt } from '../kit/git.ts';
import { createToken, softHsmAvailable } from '../kit/softhsm.ts';
import { until } from '../kit/until.ts';

interface Serving {
  readonly process: ChildProcess;
  readonly content: string;
  readonly console: string;
  readonly end: Promise<CliRun>;
}

describe('tuf-on-git serve', () => {
  let sandbox: CliSandbox;
  let made: InitAnswer;
  let config: string;

  before(async () => {
    sandbox = await cliSandbox();
    await makePlainKeys(sandbox);
    made = await initHome(sandbox);
    config = await readFile(homePaths(made.home).config, 'utf8');
  });
  after(() => sandbox.remove());

  async function serve(env: NodeJS.ProcessEnv = {}): Promise<Serving> {
    const child = sandbox.start(['serve', 'home', '--json-ready'], { env });
    const end = ended(child);
    assert.ok(child.stdout);
    const [line] = (await once(createInterface(child.stdout), 'line')) as [string];
    const { content, console } = JSON.parse(line) as { content: string; console: string };
    return { process: child, content, console, end };
  }

  /** Settings for one test; those of `init` are put back after it. */
  const configure = (change: object) =>
    writeFile(
      homePaths(made.home).config,
      JSON.stringify({ ...(JSON.parse(config) as object), ...change }),
    );
  afterEach(() => writeFile(homePaths(made.home).config, config));

  /** Serves with another online key, until `meanwhile` is over. */
  async function serveWithKey(
    uri: string,
    { pkcs11Module, env }: { pkcs11Module?: string; env?: NodeJS.ProcessEnv } = {},
    meanwhile: (serving: Serving) => Promise<unknown> = () => Promise.resolve(),
  ): Promise<CliRun> {
    const { signer, signerSettings } = homePaths(made.home);
    const before = await readFile(signerSettings);
    const module = pkcs11Module === undefined ? {} : { pkcs11Module };
    await writeSignerSettings(signer, { format: 1, keys: [uri], ...module });
    const serving = await serve(env);
    try {
      await toldOnStderr(serving, /^.*; publishing waits$/m);
      const published = await fetch(`${serving.content}/metadata/timestamp.json`);
      assert.equal(published.status, 200);
      await meanwhile(serving);
    } finally {
      serving.process.kill('SIGTERM');
      await serving.end;
      await writeFile(signerSettings, before);
    }
    return serving.end;
  }

  const refused = () => sandbox.run(['serve', 'home']);

  it('serves what was published, says where, and ends in good order when told to', async () => {
    for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) {
      const serving = await serve();
      const published = await fetch(`${serving.content}/metadata/timestamp.json`);
      assert.equal(published.status, 200);
      assert.equal((await fetch(`${serving.console}/readyz`)).status, 200);
      serving.process.kill(signal);
      assert.equal((await serving.end).status, 0, signal);
      await assert.rejects(fetch(serving.content));
    }
  });

  it('serves a HOME once: the second daemon says so and leaves', async () => {
    const serving = await serve();
    try {
      const before = await sandbox.files();
      assertRefused(await refused(), 1, 'home.locked');
      assert.deepEqual(await sandbox.files(), before);
      assert.equal((await fetch(`${serving.console}/readyz`)).status, 200);
    } finally {
      serving.process.kill('SIGTERM');
      await serving.end;
    }
  });

  it('says which port is in use', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    const { port } = other.address() as AddressInfo;
    try {
      await configure({ content: { listen: `127.0.0.1:${port}` } });
      const before = await sandbox.files();
      const run = await refused();
      assertRefused(run, 1, 'home.port-in-use');
      assert.match(run.stderr, /content\.listen/);
      assert.deepEqual(await sandbox.files(), before);
    } finally {
      other.close();
    }
  });

  it('names an unknown setting, and one that does not fit', async () => {
    await configure({ timestampLifetimeHour: 3 });
    const before = await sandbox.files();
    const unknown = await refused();
    assertRefused(unknown, 2, 'home.configuration');
    assert.match(unknown.stderr, /timestampLifetimeHour/);
    assert.deepEqual(await sandbox.files(), before);
    await configure({ timestampLifetimeHours: -1 });
    const wrong = await refused();
    assertRefused(wrong, 2, 'home.configuration');
    assert.match(wrong.stderr, /timestampLifetimeHours/);
  });

  it('refuses URLs of other servers with a username or a password, and does not repeat them', async () => {
    for (const user of ['alice', ':secret', 'alice:secret']) {
      const url = `https://${user}@tuf.example.org/`;
      for (const [at, setting] of [
        ['webhook.url', { webhook: { url, secretFile: 'webhook.secret' } }],
        ['witness.0', { witness: [url] }],
      ] as const) {
        await configure(setting);
        const run = await refused();
        assertRefused(run, 2, 'home.configuration');
        assert.ok(
          run.stderr.includes(`${at}: must have no username or password in it`),
          run.stderr,
        );
        assert.ok(!run.stderr.includes(user), run.stderr);
      }
    }
    await configure({ witness: ['no URL'] });
    assertRefused(await refused(), 2, 'home.configuration');
  });

  it('leaves a HOME alone that another version made', async () => {
    for (const format of [0, 2]) {
      await configure({ format });
      const before = await sandbox.files();
      assertRefused(await refused(), 2, 'home.format');
      assert.deepEqual(await sandbox.files(), before);
    }
  });

  it('refuses what is no HOME, and one that lacks its root or its signer', async () => {
    assertRefused(await sandbox.run(['serve', 'nowhere']), 2, 'home.missing');
    const { pinnedRoot, signerSettings } = homePaths(made.home);
    for (const file of [pinnedRoot, signerSettings]) {
      const bytes = await readFile(file);
      await rm(file);
      assertRefused(await refused(), 2, 'home.missing');
      await writeFile(file, bytes);
    }
  });

  it('says in one line that the passphrase of the online key is wrong, and serves on', async () => {
    const folder = sandbox.dir;
    await writeFile(path.join(folder, 'right'), 'the right one\n', { mode: 0o600 });
    await writeFile(path.join(folder, 'wrong'), 'the wrong one\n', { mode: 0o600 });
    const key = `file:${path.join(folder, 'locked.json')}`;
    const scheme = 'ecdsa-sha2-nistp256';
    await generateKey(`${key}?pin-source=file:${folder}/right`, scheme, { folder });
    const run = await serveWithKey(`${key}?pin-source=file:${folder}/wrong`);
    assertTold(run, 'signer.passphrase', key);
  });

  it('says in one line that the file of the online key is missing, and serves on', async () => {
    const key = `file:${path.join(sandbox.dir, 'gone.json')}`;
    assertTold(await serveWithKey(key), 'signer.key-not-found', key);
  });

  it('says in one line that the PIN is wrong, and never tries it again', async function () {
    if (!softHsmAvailable()) this.skip();
    const token = createToken();
    try {
      await writeFile(token.pinFile, 'wrong-90210\n');
      const { module: pkcs11Module, env } = token;
      const uri = token.uri('online');
      const run = await serveWithKey(uri, { pkcs11Module, env }, lookTwice);
      assertTold(run, 'signer.pin', keyName(parseKeyUri(uri)));
      const tries = run.stderr.split('\n').filter((line) => line.includes('"from":"signer"'));
      assert.equal(tries.filter((line) => line.includes('[signer.pin]')).length, 1, run.stderr);
    } finally {
      token.dispose();
    }
  });

  /** Each look asks the signer first; that it took place is seen by what it says of `main`. */
  async function lookTwice({ console }: Serving): Promise<void> {
    const git = cloneAt(homePaths(made.home).repository);
    const misses = async () => {
      const answer = await (await fetch(`${console}/readyz`)).json();
      const { reasons } = answer as ReadinessAnswer;
      return reasons.some(({ code }) => code === 'publish.not-ready');
    };
    await git.ok('update-ref', '-d', 'refs/heads/main');
    await until('a look misses main', misses);
    await git.ok('update-ref', 'refs/heads/main', made.commit);
    await until('a look finds main again', async () => !(await misses()));
  }
});

async function toldOnStderr({ process }: Serving, pattern: RegExp): Promise<void> {
  let said = '';
  process.stderr?.on('data', (chunk: Buffer) => (said += chunk.toString('utf8')));
  await until(`it says ${String(pattern)}`, () => pattern.test(said));
}

/** Fails unless stderr has one line of this code for a person, which names the key. */
function assertTold({ status, stderr }: CliRun, code: Code, key: string): void {
  const [told = '', ...others] = stderr
    .split('\n')
    .filter((line) => line.startsWith('tuf-on-git: '));
  assert.deepEqual(others, [], stderr);
  assert(told.startsWith(`tuf-on-git: [${code}] `), stderr);
  assert(told.includes(`; it is the online key ${key}`), stderr);
  assert.match(stderr, /^what was published goes on being served; publishing waits$/m);
  assert.equal(status, 0);
}

import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { mkdir, readFile, rename, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { homePaths } from '../../core/home/layout.ts';
import { openHome, readPinnedRoot } from '../../core/home/home.ts';
import { readSignerSettings } from '../../core/home/signer-settings.ts';
import { parseDocument } from '../../core/metadata/document.ts';
import { defaultPolicy, readPolicy } from '../../core/metadata/policy.ts';
import { countSignatures } from '../../core/metadata/threshold.ts';
import { assertRefused, cliSandbox, type CliSandbox } from '../kit/cli.ts';
import { initHome, initOptions, makePlainKeys, type InitAnswer } from '../kit/cli-home.ts';
import { cloneAt } from '../kit/git.ts';
import { createToken, softHsmAvailable } from '../kit/softhsm.ts';

describe('tuf-on-git init', () => {
  let sandbox: CliSandbox;
  let made: InitAnswer;

  before(async () => {
    sandbox = await cliSandbox();
    await makePlainKeys(sandbox);
    made = await initHome(sandbox, 'home', ['--repository', 'example']);
  });
  after(() => sandbox.remove());

  const paths = () => homePaths(made.home);
  const git = () => cloneAt(paths().repository);
  const fileOnMain = async (file: string) =>
    Buffer.from(await git().ok('show', `main:${file}`)).toString();

  it('commits root and targets, and nothing else, as one commit on main', async () => {
    assert.equal(await git().ok('rev-parse', 'main'), made.commit);
    assert.equal(await git().ok('rev-list', '--count', 'main'), '1');
    assert.deepEqual((await git().ok('ls-tree', '-r', '--name-only', 'main')).split('\n'), [
      'metadata/root.json',
      'metadata/root_history/1.root.json',
      'metadata/targets.json',
    ]);
  });

  it('pins the root that it committed, and tells its SHA-256', async () => {
    const pinned = await readFile(made.pinnedRoot);
    assert.equal(pinned.toString().trim(), await fileOnMain('metadata/root.json'));
    assert.equal(createHash('sha256').update(pinned).digest('hex'), made.rootSha256);
  });

  it('lists who may sign, and lets those sign who can', async () => {
    const root = await readPinnedRoot(made.pinnedRoot);
    const { keys, roles } = root.signed;
    assert.deepEqual(Object.keys(roles).toSorted(), ['root', 'snapshot', 'targets', 'timestamp']);
    assert.equal(roles['root']?.threshold, 2);
    assert.equal(roles['root'].keyIDs.length, 3);
    assert.equal(Object.keys(keys).length, 4);
    assert.deepEqual(roles['snapshot']?.keyIDs, roles['timestamp']?.keyIDs);
    assert.equal(countSignatures(root, { keys, role: roles['root'] }).signers.length, 2);
    const owners = Object.values(keys).map(
      (key) => key.unrecognizedFields?.['x-tuf-on-ci-keyowner'],
    );
    assert.deepEqual(owners, ['@alice', '@bob', '@carol', undefined]);
  });

  it('signs the policy and the name, a random part behind it, into the metadata', async () => {
    const { signed, signedJson } = await readPinnedRoot(made.pinnedRoot);
    assert.match(made.repository, /^example-[0-9a-f]{8}$/);
    assert.deepEqual(readPolicy(signed), { ...defaultPolicy, repository: made.repository });
    const targets = parseDocument(
      'targets',
      Buffer.from(await fileOnMain('metadata/targets.json')),
    );
    for (const json of [signedJson, targets.signedJson]) {
      assert.equal(json['x-tuf-on-git-repository'], made.repository);
      assert.equal(json['x-tuf-on-ci-expiry-period'], 365);
      assert.equal(json['x-tuf-on-ci-signing-period'], 60);
    }
  });

  it('writes settings that the daemon and the signer read', async () => {
    const { config } = await openHome(made.home);
    assert.equal(config.content.listen, '127.0.0.1:0');
    const { keys } = await readSignerSettings(paths().signer);
    assert.deepEqual(keys, [`file:${path.join(sandbox.dir, 'online.json')}`]);
    assert.equal((await stat(paths().signer)).mode & 0o777, 0o700);
    assert.equal((await stat(paths().signerSettings)).mode & 0o777, 0o600);
  });

  it('publishes the first generation', async () => {
    const timestamp = await readFile(path.join(paths().public, 'metadata/timestamp.json'));
    assert.equal(parseDocument('timestamp', timestamp).signed.version, 1);
    assert.equal(
      await git().ok('show', 'refs/tuf/published:timestamp.json'),
      timestamp.toString().trim(),
    );
  });

  it('is what verify says holds', async () => {
    const audit = JSON.parse(await sandbox.ok(['verify', 'home', '--json'])) as {
      tip: string;
      roles: number;
      policy: { repository: string };
      published: { roles: { role: string }[] };
    };
    assert.equal(audit.tip, made.commit);
    assert.equal(audit.roles, 1);
    assert.equal(audit.policy.repository, made.repository);
    assert.deepEqual(
      audit.published.roles.map(({ role }) => role),
      ['root', 'timestamp', 'snapshot', 'targets'],
    );
  });

  it('installs a hook that judges pushes, wherever HOME moves', async () => {
    const elsewhere = path.join(sandbox.dir, 'moved');
    await rename(made.home, elsewhere);
    try {
      await cloneAt(sandbox.dir).ok('clone', '--quiet', 'moved/repository.git', 'clone');
      const clone = cloneAt(path.join(sandbox.dir, 'clone'));
      await clone.write('metadata/targets.json', '{}');
      await clone.commit('what nobody signed');
      const { status, stderr } = await clone.git('push', 'origin', 'main');
      assert.notEqual(status, 0);
      assert.match(stderr, /tuf-on-git: refused \[json\.envelope\]/);
    } finally {
      await rename(elsewhere, made.home);
    }
  });

  it('installs no hook with --no-hook', async () => {
    const { home } = await initHome(sandbox, 'without-hook', ['--no-hook']);
    const hooks = homePaths(home).hooks;
    await assert.rejects(stat(path.join(hooks, 'pre-receive')), { code: 'ENOENT' });
  });

  it('takes thresholds, lives and policy from its options', async () => {
    const { home } = await initHome(sandbox, 'chosen', [
      ...['--root-threshold', '1', '--min-root-threshold', '1', '--root-expires-days', '30'],
      ...['--targets-key', 'carol.pub', '--targets-expires-days', '10'],
      ...['--allowed-path', 'NOTICE', '--timestamp-hours', '2', '--snapshot-hours', '48'],
    ]);
    const { signed, signedJson } = await readPinnedRoot(homePaths(home).pinnedRoot);
    assert.equal(signed.roles['root']?.threshold, 1);
    assert.equal(signed.roles['targets']?.keyIDs.length, 2);
    assert.equal(signedJson['x-tuf-on-ci-expiry-period'], 30);
    assert.equal(signedJson['x-tuf-on-ci-signing-period'], 15);
    const policy = readPolicy(signed);
    assert.equal(policy.minThreshold.root, 1);
    assert.deepEqual(policy.allowedPaths, ['NOTICE']);
    const { config } = await openHome(home);
    assert.equal(config.timestampLifetimeHours, 2);
    assert.equal(config.snapshotLifetimeHours, 48);
  });

  it('takes a key that was made inside a token as online key', async function () {
    if (!softHsmAvailable()) this.skip();
    const token = createToken();
    try {
      await initHome(sandbox, 'with-token', [], token);
      await sandbox.ok(['verify', 'with-token']);
      const { signer } = homePaths(path.join(sandbox.dir, 'with-token'));
      const { keys, pkcs11Module } = await readSignerSettings(signer);
      assert.deepEqual(keys, [token.uri('online')]);
      assert.equal(pkcs11Module, token.module);
    } finally {
      token.dispose();
    }
  });

  it('fills an empty folder, and says what it made and what comes next', async () => {
    await mkdir(path.join(sandbox.dir, 'empty'));
    const said = await sandbox.ok(['init', 'empty', ...initOptions]);
    assert.match(said, /^repository {2}empty-[0-9a-f]{8}$/m);
    assert.match(said, /^sha256 {6}[0-9a-f]{64} /m);
    assert.match(said, /tuf-on-git serve .*\/empty$/m);
  });

  it('keeps what is there already', async () => {
    await writeFile(path.join(sandbox.dir, 'file'), 'kept');
    const before = await sandbox.files();
    for (const home of ['home', 'file']) {
      assertRefused(await sandbox.run(['init', home, ...initOptions]), 2, 'home.exists');
    }
    assert.deepEqual(await sandbox.files(), before);
  });
});

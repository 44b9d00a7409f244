import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { cp, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { readPinnedRoot } from '../../core/home/home.ts';
import { countSignatures } from '../../core/metadata/threshold.ts';
import { rootAuthority } from '../../core/metadata/authority.ts';
import { readPublicKey } from '../../core/signers/public-key-file.ts';
import { assertRefused, cliSandbox, type CliSandbox } from '../kit/cli.ts';
import { makePlainKeys, type InitAnswer } from '../kit/cli-home.ts';

const online = ['--online-key', 'file:online.json'];
const ports = ['--content-listen', '127.0.0.1:0', '--console-listen', '127.0.0.1:0'];

/** Two of three sign root, alice signs targets; carol sits with the coordinator. */
const wishes = [
  ...['--root-key', 'alice.pub', '--root-key', 'bob.pub', '--root-key', 'file:carol.json'],
  ...['--targets-key', 'alice.pub', '--repository', 'example'],
];

describe('a ceremony in several places', () => {
  let sandbox: CliSandbox;
  before(async () => {
    sandbox = await cliSandbox();
    await makePlainKeys(sandbox);
    await sandbox.ok(['init', 'home', ...wishes, ...online, '--export', 'ceremony']);
  });
  after(() => sandbox.remove());

  const at = (...parts: string[]) => path.join(sandbox.dir, ...parts);
  const text = (...parts: string[]) => readFile(at(...parts), 'utf8');
  const sign = (folder: string, ...more: string[]) => ['sign', '--exported', folder, ...more];
  const end = (home: string, ...folders: string[]) => [
    ...['init', home, ...folders.flatMap((folder) => ['--import', folder])],
    ...online,
    ...ports,
  ];

  /** A copy of the folder that these people have signed. */
  async function signedBy(folder: string, ...names: string[]): Promise<string> {
    await cp(at('ceremony'), at(folder), { recursive: true });
    for (const name of names) {
      await sandbox.ok(sign(folder, '--key', `file:${name}.json`, '--yes'));
    }
    return folder;
  }

  it('makes nothing but the folder, in which everything is that people compare', async () => {
    assert.ok(!existsSync(at('home')));
    const readme = await text('ceremony/README.txt');
    assert.match(readme, /^a new repository: example-[0-9a-f]{8}; compare every fingerprint/);
    for (const name of ['alice', 'bob', 'carol', 'online']) {
      const { fingerprint } = await readPublicKey(at(`${name}.pub`));
      assert.ok(readme.includes(fingerprint), name);
    }
    const payload = await readFile(at('ceremony/payloads/root-1'));
    const sha256 = createHash('sha256').update(payload).digest('hex');
    assert.ok(readme.includes(`${payload.length} bytes, sha256 ${sha256}`), readme);
  });

  it('makes the HOME of what came back from each, with a record of all of it', async () => {
    const [alice, bob] = [await signedBy('from-alice'), await signedBy('from-bob', 'bob')];
    const shown = await sandbox.run(
      sign(alice, '--key', 'file:alice.json', '--yes', '--transcript', 'alice.txt'),
    );
    assert.match(shown.stderr, /^a new repository: example-/);
    assert.match(shown.stderr, /^root version 1, by its own keys: 2 of 2 signatures$/m);
    assert.match(
      await text('alice.txt'),
      /signed now {4}metadata\/targets\.json by key [0-9a-f]{64}/,
    );
    const record = ['--transcript', 'record.txt'];
    const waiting = await sandbox.run([...end('home', bob), ...record]);
    assert.equal(waiting.status, 4);
    assert.match(
      waiting.stderr,
      /\[workspace\.waiting\] the ceremony: targets: 0 of 1 signature; @alice/,
    );
    assert.ok(!existsSync(at('home')));
    const made = JSON.parse(
      await sandbox.ok([...end('home', alice, bob), ...record, '--json']),
    ) as InitAnswer;
    const root = await readPinnedRoot(made.pinnedRoot);
    const { signers } = countSignatures(root, rootAuthority(root.signed, 'root'));
    assert.equal(signers.length, 3);
    await sandbox.ok(['verify', 'home']);
    const said = await text('record.txt');
    assert.equal(said.match(/signatures collected$/gm)?.length, 2);
    assert.match(said, /the repository is made$/m);
    assert.ok(said.includes(`sha256 ${made.rootSha256}`));
    for (const { keyid, fingerprint } of await Promise.all(
      ['alice', 'bob', 'carol', 'online'].map((name) => readPublicKey(at(`${name}.pub`))),
    )) {
      assert.ok(said.includes(keyid));
      assert.ok(said.includes(fingerprint));
    }
  });

  it('takes a line that was sent in the place of a folder', async () => {
    const bobs = await signedBy('bobs-copy');
    const line = await sandbox.ok(sign(bobs, '--key', 'file:bob.json', '--yes'));
    const alice = await signedBy('alices-copy', 'alice');
    const attach = ['--attach', line.trim()];
    assert.equal(await sandbox.ok(sign(alice, ...attach)), line);
    await sandbox.ok(end('by-line', alice));
  });

  it('is told of on the same paper when all are at one table', async () => {
    const keys = wishes.map((word) => (word === 'alice.pub' ? 'file:alice.json' : word));
    await sandbox.ok(['init', 'table', ...keys, ...online, ...ports, '--transcript', 'table.txt']);
    const said = await text('table.txt');
    assert.match(
      said,
      /^ {2}root version 1\n {4}sha256 {6}[0-9a-f]{64}\n {4}signed by {3}@alice, @carol\n {4}not by {6}@bob$/m,
    );
    assert.match(said, /^Seen and compared by: _+ {2}on: _+$/m);
  });

  describe('is refused', () => {
    it('when somebody changed what the others signed', async () => {
      const folder = await signedBy('changed', 'alice');
      const file = at(folder, 'after/metadata/root_history/1.root.json');
      const root = await readFile(file, 'utf8');
      await writeFile(file, root.replace('"threshold": 2', '"threshold": 1'));
      assertRefused(await sandbox.run(end('never', folder)), 1, 'root.history');
      await cp(file, at(folder, 'after/metadata/root.json'));
      assertRefused(await sandbox.run(end('never', folder)), 1, 'signature.invalid');
    });

    it('when the folders are of two ceremonies', async () => {
      const again = ['init', 'home2', ...wishes, ...online, '--export', 'another'];
      await sandbox.ok(again);
      const ours = await signedBy('of-ours', 'alice');
      assertRefused(await sandbox.run(end('never', ours, 'another')), 1, 'signature.invalid');
    });

    it('with another online key, or none', async () => {
      const folder = await signedBy('complete', 'alice', 'bob');
      const other = [...['init', 'never', '--import', folder], '--online-key', 'file:bob.json'];
      assertRefused(await sandbox.run(other), 1, 'root.online-key');
      const none = ['init', 'never', '--import', folder];
      assertRefused(await sandbox.run(none), 2, 'usage.argument');
    });

    it('with wishes that the folder answers, and without a folder', async () => {
      const folder = await signedBy('again', 'alice', 'bob');
      assertRefused(
        await sandbox.run([...end('never', folder), '--root-threshold', '1']),
        2,
        'usage.argument',
      );
      assertRefused(await sandbox.run(end('never', 'nowhere')), 2, 'usage.argument');
      assertRefused(
        await sandbox.run([...end('never', folder), '--export', 'x']),
        2,
        'usage.argument',
      );
      assertRefused(
        await sandbox.run([...end('never', folder), '--transcript', 'no/such.txt']),
        2,
        'usage.argument',
      );
    });

    it('to sign for a person whose key has no part in it', async () => {
      await sandbox.ok(['key', 'generate', 'file:dave.json', '--unsafe-plaintext']);
      const run = await sandbox.run(sign('ceremony', '--key', 'file:dave.json', '--yes'));
      assert.match(run.stderr, /\[workspace\.not-allowed\]/);
      assert.equal(run.status, 2);
      await rm(at('dave.json'));
    });

    it('to look for an earlier root, where there can be none', async () => {
      const pinned = sign('ceremony', '--root', 'nowhere.json', '--key', 'file:bob.json');
      assertRefused(await sandbox.run(pinned), 2, 'usage.argument');
      const sha256 = sign('ceremony', '--root-sha256', '00'.repeat(32), '--key', 'file:bob.json');
      assertRefused(await sandbox.run(sha256), 1, 'root.not-pinned');
    });
  });
});

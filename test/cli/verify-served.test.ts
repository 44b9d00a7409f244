import assert from 'node:assert/strict';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { rootFingerprint } from '../../client/root-fingerprint.ts';
import { assertRefused, cliSandbox, type CliSandbox } from '../kit/cli.ts';
import { serveContent, type ContentServer } from '../kit/content-server.ts';
import { newKey, SimulatedRepository } from '../kit/simulated-repository.ts';

const inAMonth = new Date(Date.now() + 30 * 86_400_000).toISOString().replace(/\.\d+Z$/, 'Z');
const yesterday = new Date(Date.now() - 86_400_000).toISOString().replace(/\.\d+Z$/, 'Z');

interface Answer {
  readonly roots: { readonly from: number; readonly to: number };
  readonly roles: readonly { readonly role: string; readonly version: number }[];
  readonly contents?: { readonly targets: number; readonly files: number; readonly bytes: number };
}

describe('tuf-on-git verify of what is served', () => {
  let sandbox: CliSandbox;
  let repository: SimulatedRepository;
  let server: ContentServer;
  let firstRoot: Uint8Array;

  beforeEach(async () => {
    sandbox = await cliSandbox();
    repository = new SimulatedRepository(inAMonth);
    firstRoot = repository.bytes('root');
    repository.rotate('timestamp');
    repository.publishRoot();
    repository.addTarget('a.txt', 'one');
    repository.delegate('team', { paths: ['team/*', 'team/inner/*'] });
    repository.addTarget('team/b c.txt', 'two', 'team');
    repository.delegate('inner', { from: 'team', paths: ['team/inner/*'] });
    repository.addTarget('team/inner/d.txt', 'three', 'inner');
    repository.publish();
    server = await serveContent(repository.files);
    await writeFile(path.join(sandbox.dir, 'root.json'), firstRoot);
  });
  afterEach(async () => {
    await server.close();
    await sandbox.remove();
  });

  const verify = (place: string, ...more: string[]) => sandbox.run(['verify', place, ...more]);
  const byRoot = ['--root', 'root.json'];

  /** The files as a server of files has them. */
  async function writeFolder(name: string): Promise<string> {
    const folder = path.join(sandbox.dir, name);
    for (const [file, bytes] of repository.files) {
      await mkdir(path.dirname(path.join(folder, file)), { recursive: true });
      await writeFile(path.join(folder, file), bytes);
    }
    return folder;
  }

  it('loads every role and hashes every file, at a URL and in a folder alike', async () => {
    const folder = await writeFolder('mirror 100%');
    const before = await sandbox.files();
    for (const place of [server.url, folder]) {
      const answer = JSON.parse(await sandbox.ok(['verify', place, ...byRoot, '--json'])) as Answer;
      assert.deepEqual(answer.roots, { from: 1, to: 2 });
      assert.deepEqual(
        answer.roles.map(({ role, version }) => [role, version]),
        [
          ['root', 2],
          ...['timestamp', 'snapshot', 'targets', 'team', 'inner'].map((role) => [role, 1]),
        ],
      );
      assert.deepEqual(answer.contents, { targets: 3, files: 3, bytes: 11 });
    }
    assert.deepEqual(await sandbox.files(), before, 'it trusts and keeps nothing');
    const { stdout } = await verify(server.url, ...byRoot);
    assert.match(stdout, /^what is served holds: 6 roles, from root versions 1 to 2$/m);
    assert.match(stdout, /^targets hold: 3 targets, 3 files of 11 bytes$/m);
    assert.match(stdout, /^inner +1 +\S+Z$/m);
  });

  it('takes a folder of metadata alone, and looks at no target file then', async () => {
    const folder = await writeFolder('mirror');
    const { stdout } = await verify(path.join(folder, 'metadata'), ...byRoot);
    assert.match(stdout, /^target files were left out$/m);
    await rm(path.join(folder, 'targets'), { recursive: true });
    assert.equal((await verify(folder, ...byRoot)).status, 0);
    const asked = server.requests.length;
    assert.equal((await verify(server.url, ...byRoot, '--metadata-only')).status, 0);
    assert.ok(!server.requests.slice(asked).some((each) => each.startsWith('targets/')));
  });

  it('begins with the first root that is served, where its SHA-256 is known', async () => {
    const digest = rootFingerprint(firstRoot);
    assert.equal((await verify(server.url, '--sha256', digest)).status, 0);
    const other = await verify(server.url, '--sha256', '0'.repeat(64));
    assertRefused(other, 1, 'root.not-pinned');
    repository.files.delete('metadata/1.root.json');
    assertRefused(await verify(server.url, '--sha256', digest), 1, 'role.missing');
  });

  it('asks for a root that is trusted, and shows no history', async () => {
    assertRefused(await verify(server.url), 2, 'usage.argument');
    assertRefused(await verify(server.url, ...byRoot, '--history'), 2, 'usage.argument');
    assertRefused(await verify(server.url, '--root', 'none.json'), 2, 'usage.argument');
    assertRefused(await verify('ftp://tuf.example.org', ...byRoot), 2, 'client.configuration');
  });

  it('says of what is neither served nor a HOME that there is none', async () => {
    assertRefused(await verify(sandbox.dir), 2, 'home.missing');
    const typo = await verify(sandbox.dir, ...byRoot);
    assertRefused(typo, 2, 'usage.argument');
    assert.match(typo.stderr, /timestamp\.json/);
    await mkdir(path.join(sandbox.dir, 'home'));
    await writeFile(path.join(sandbox.dir, 'home/config.json'), '{}');
    const home = await verify('home', ...byRoot);
    assertRefused(home, 2, 'usage.argument');
    assert.match(home.stderr, /pinned/);
  });

  const faults: Readonly<Record<string, readonly [string, (to: SimulatedRepository) => void]>> = {
    'a timestamp by a stranger': [
      'role.threshold',
      (to) => {
        to.signers.set('timestamp', [newKey()]);
        to.publish();
      },
    ],
    'a role deep down that another key signed': [
      'role.threshold',
      (to) => {
        to.signers.set('inner', [newKey()]);
        to.publish();
      },
    ],
    'a role deep down that has expired': [
      'role.expired',
      (to) => {
        to.role('inner').expires = yesterday;
        to.publish();
      },
    ],
    'a role that is named and not there': [
      'role.missing',
      ({ files }) => {
        files.delete('metadata/1.team.json');
      },
    ],
    'no timestamp': [
      'role.missing',
      ({ files }) => {
        files.delete('metadata/timestamp.json');
        files.set('metadata/timestamp.json.orig', Buffer.of());
      },
    ],
    'a file with other content': [
      'target.hash',
      ({ files }) => {
        replaceTarget(files, 'd.txt', 'THREE');
      },
    ],
    'a file that is cut': [
      'target.length',
      ({ files }) => {
        replaceTarget(files, 'd.txt', 'thre');
      },
    ],
    'a file with more behind it': [
      'download.too-long',
      ({ files }) => {
        replaceTarget(files, 'd.txt', 'three and more');
      },
    ],
    'a file that is not there': [
      'target.missing',
      ({ files }) => {
        replaceTarget(files, 'd.txt', undefined);
      },
    ],
  };
  for (const [name, [code, spoil]] of Object.entries(faults)) {
    it(`refuses ${name}`, async () => {
      spoil(repository);
      const run = await verify(server.url, ...byRoot);
      assert.match(run.stderr, new RegExp(`\\[${code}\\]`));
      assert.equal(run.status, 1, run.stderr);
      if (name === 'no timestamp') return; // a folder without one is none of a repository
      const inFolder = await verify(await writeFolder('mirror'), ...byRoot);
      assert.match(inFolder.stderr, new RegExp(`\\[${code}\\]`));
      assert.equal(inFolder.status, 1);
    });
  }

  it('ends with 3 where nobody answers', async () => {
    await server.close();
    assertRefused(await verify(server.url, ...byRoot), 3, 'download.unreachable');
  });
});

function replaceTarget(files: Map<string, Uint8Array>, name: string, content?: string): void {
  const file = [...files.keys()].find((each) => each.endsWith(`.${name}`));
  assert.ok(file);
  if (content === undefined) files.delete(file);
  else files.set(file, Buffer.from(content));
}

/** What `npm publish` would send, installed in an empty folder as somebody else would. */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { temporaryFolder } from '../kit/temporary-folder.ts';
import { startRepository, type RunningRepository } from './kit/running-repository.ts';
import { place, top } from './kit/snippets.ts';

const run = promisify(execFile);
const target = 'tools/hello/1.0.0/hello.txt';
const content = 'hello 1.0.0\n';

/** Uses what the library exports, under the strictest flags. */
const consumer = `
import { readFile } from 'node:fs/promises';
import { downloadAll, httpFetcher, TufOnGitError, Updater } from 'tuf-on-git/client';
import type { ClientEvent, Fetcher, UpdaterOptions } from 'tuf-on-git/client';

const [, , origin = ''] = process.argv;
const inner = httpFetcher({ answerTimeoutMs: 10_000 });
const asked: string[] = [];
const fetcher: Fetcher = {
  fetch: (url, options) => {
    asked.push(url);
    return inner.fetch(url, options);
  },
};
const events = new Set<ClientEvent['type']>();
const options: UpdaterOptions = {
  metadataDir: 'metadata',
  metadataUrl: ['http://127.0.0.1:1/metadata', origin + '/metadata'],
  targetsUrl: origin + '/targets',
  targetsDir: '.',
  fetcher,
  retry: { attempts: 1, pause: () => Promise.resolve() },
  onEvent: (event) => events.add(event.type),
};
await Updater.init('metadata', await readFile('root.json'));
const updater = new Updater(options);
try {
  const info = await updater.getTargetInfo(${JSON.stringify(target)});
  if (info === undefined) throw new RangeError('no role lists it');
  const [outcome] = await downloadAll(updater, [{ info, file: 'hello.txt' }]);
  console.log(JSON.stringify({ status: outcome?.status, asked: asked.length, events: [...events] }));
} catch (error) {
  if (!(error instanceof TufOnGitError)) throw error;
  console.log(error.code, error.where);
}
`;

describe('the package, installed from its tarball', () => {
  const folder = temporaryFolder();
  let repository: RunningRepository;
  let tarball: string;

  const inFolder = (command: string, ...args: readonly string[]) => {
    const env = { ...process.env, TUF_ON_GIT_DATA: folder.path, NO_PROXY: '127.0.0.1' };
    return run(command, args, { cwd: folder.path, env });
  };

  async function pack(): Promise<string> {
    const to = await mkdtemp(path.join(tmpdir(), 'tuf-on-git-packed-'));
    const { stdout } = await run('npm', ['pack', '--silent', '--pack-destination', to], {
      cwd: top,
    });
    return path.join(to, stdout.trim().split('\n').at(-1) ?? '');
  }

  async function install(): Promise<void> {
    await place(folder.path, 'package.json', '{ "type": "module" }\n');
    const quiet = ['--no-audit', '--no-fund', '--omit=optional'];
    await inFolder('npm', 'install', ...quiet, tarball, '@types/node@20');
    await writeFile(path.join(folder.path, 'root.json'), repository.root);
    await place(folder.path, 'consumer.ts', consumer);
  }

  function compile(...flags: readonly string[]) {
    const compiler = path.join(top, 'node_modules/@typescript/native/bin/tsc');
    const strict = ['--strict', '--skipLibCheck', 'false', '--noUncheckedIndexedAccess'];
    const base = ['--target', 'es2023', '--lib', 'es2023', '--types', 'node'];
    const exact = ['--exactOptionalPropertyTypes'];
    return inFolder(
      process.execPath,
      compiler,
      ...strict,
      ...exact,
      ...base,
      ...flags,
      'consumer.ts',
    );
  }

  before(async () => {
    tarball = await pack();
    repository = await startRepository();
    const { alice } = repository.people;
    await repository.push((editor) => editor.addTargets('targets', alice, { [target]: content }));
  });
  after(async () => {
    await repository.stop();
    await rm(path.dirname(tarball), { recursive: true });
  });
  beforeEach(async () => {
    await install();
  });

  it('types check in a strict project that checks those of its libraries too', async () => {
    await compile('--noEmit', '--module', 'nodenext');
    await compile('--noEmit', '--module', 'esnext', '--moduleResolution', 'bundler');
  });

  it('downloads as a library where there is neither Koa nor git nor PKCS#11', async () => {
    await compile('--module', 'nodenext');
    const { origin } = new URL(repository.served.metadataUrl);
    const { stdout } = await inFolder(process.execPath, 'consumer.js', origin);
    const said = JSON.parse(stdout) as { status: string; asked: number; events: string[] };
    assert.equal(said.status, 'downloaded');
    assert.ok(said.asked > 5, 'the own fetcher was asked');
    assert.ok(said.events.includes('mirror-failed'), said.events.join());
    assert.equal(await readFile(path.join(folder.path, 'hello.txt'), 'utf8'), content);
    const packages = await readdir(path.join(folder.path, 'node_modules'));
    for (const absent of ['koa', 'isomorphic-git', 'pkcs11js', 'zod', 'commander']) {
      assert.ok(!packages.includes(absent), `${absent} was installed`);
    }
  });

  it('has commands that trust, download, and speak the conformance protocol', async () => {
    const { origin } = new URL(repository.served.metadataUrl);
    const manifest = JSON.parse(await readFile(path.join(top, 'package.json'), 'utf8')) as {
      version: string;
    };
    const version = await inFolder('npx', '--no', '--', 'tuf-on-git', '--version');
    assert.equal(version.stdout.trim(), manifest.version);
    await inFolder('npx', '--no', '--', 'tuf-on-git', 'trust', 'root.json', '--url', origin);
    await inFolder('npx', '--no', '--', 'tuf-on-git', 'get', target);
    assert.equal(await readFile(path.join(folder.path, 'hello.txt'), 'utf8'), content);
    const client = ['--no', '--', 'tuf-on-git-conformance', '--metadata-dir', 'suite'];
    await inFolder('npx', ...client, 'init', 'root.json');
    await inFolder('npx', ...client, '--metadata-url', `${origin}/metadata`, 'refresh');
  });
});

/** The programs of docs/downloader.md, as they stand there, against a repository that is running. */
import assert from 'node:assert/strict';
import { copyFile, mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { pythonWithTuf } from '../kit/python-environment.ts';
import { temporaryFolder } from '../kit/temporary-folder.ts';
import { startRepository, type RunningRepository } from './kit/running-repository.ts';
import { giveNodePackages, hasProgram, lastLine, place, snippetsOf, top } from './kit/snippets.ts';

const target = 'tools/hello/1.0.0/hello.txt';
const content = 'hello 1.0.0\n';
/** On a machine that never compiled tough or go-tuf, which takes two minutes with two cores. */
const compilingMs = 900_000;

describe('a program of docs/downloader.md', () => {
  const folder = temporaryFolder();
  let repository: RunningRepository;
  let snippets: ReadonlyMap<string, string>;

  before(async () => {
    snippets = await snippetsOf('docs/downloader.md');
    repository = await startRepository();
    const { alice } = repository.people;
    await repository.push((editor) => editor.addTargets('targets', alice, { [target]: content }));
  });
  after(() => repository.stop());
  beforeEach(async () => {
    await writeFile(path.join(folder.path, 'root.json'), repository.root);
  });

  /** Puts files of the page into a folder, with the address of this repository. */
  async function take(...names: readonly string[]): Promise<void> {
    const { origin } = new URL(repository.served.metadataUrl);
    for (const name of names) {
      const text = snippets.get(name);
      assert.ok(text !== undefined, `the page shows no ${name}`);
      await place(folder.path, name, text.replaceAll('http://127.0.0.1:8080', origin));
    }
  }

  async function downloads(...command: readonly [string, ...string[]]): Promise<void> {
    const file = path.resolve(folder.path, await lastLine(folder.path, ...command));
    assert.equal(await readFile(file, 'utf8'), content);
  }

  /** Twice: with nothing but the root, and with what the first run has left. */
  async function downloadsTwice(...command: readonly [string, ...string[]]): Promise<void> {
    await downloads(...command);
    await downloads(...command);
  }

  it('shows nothing that is not run here', () => {
    const run = [
      'Cargo.toml',
      'download.py',
      'library.mjs',
      'main.go',
      'src/main.rs',
      'tuf-js.mjs',
    ];
    assert.deepEqual([...snippets.keys()].toSorted(), run);
  });

  it('downloads with our library', async () => {
    await take('library.mjs');
    await giveNodePackages(folder.path);
    await downloadsTwice(process.execPath, 'library.mjs');
  });

  it('downloads with tuf-js', async () => {
    await take('tuf-js.mjs');
    await giveNodePackages(folder.path);
    await downloadsTwice(process.execPath, 'tuf-js.mjs');
  });

  it('downloads with python-tuf', async function () {
    if (!(await hasProgram('python3', '--version'))) this.skip();
    this.timeout(compilingMs);
    await take('download.py');
    await downloadsTwice(await pythonWithTuf(), 'download.py');
  });

  it('downloads with go-tuf', async function () {
    if (!(await hasProgram('go', 'version'))) this.skip();
    this.timeout(compilingMs);
    await take('main.go');
    for (const name of ['go.mod', 'go.sum']) {
      await copyFile(path.join(top, 'test/property/go', name), path.join(folder.path, name));
    }
    await lastLine(folder.path, 'go', 'build', '-o', 'download', '.');
    await downloadsTwice('./download');
  });

  it('downloads with tough', async function () {
    if (!(await hasProgram('cargo', '--version'))) this.skip();
    this.timeout(compilingMs);
    await take('Cargo.toml', 'src/main.rs');
    const compiled = path.join(top, 'node_modules/.cache/tuf-on-git/tough');
    await mkdir(compiled, { recursive: true });
    // one folder for all runs; without what only a debugger wants, half of the time and a tenth of the space
    const lean = ['--config', 'profile.dev.debug=false', '--target-dir', compiled];
    await lastLine(folder.path, 'cargo', 'build', '--quiet', ...lean);
    await downloadsTwice(path.join(compiled, 'debug/download'));
  });
});

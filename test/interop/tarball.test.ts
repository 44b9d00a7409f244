/** What `npm publish` would send, looked at as a whole: linted, and with a list of what it is made of. */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { checkPackage, createPackageFromTarballData } from '@arethetypeswrong/core';
import type { Metafile } from 'esbuild';
import { publint } from 'publint';
import { formatMessage } from 'publint/utils';
import { top } from './kit/snippets.ts';

const run = promisify(execFile);

interface Component {
  readonly group?: string;
  readonly name: string;
  readonly version: string;
  readonly licenses?: readonly object[];
}
interface Named {
  readonly name: string;
  readonly version: string;
}

describe('the tarball', () => {
  let folder: string;
  let tarball: Buffer;
  const inside = (...parts: readonly string[]) => path.join(folder, 'package', ...parts);
  const textOf = (...parts: readonly string[]) => readFile(inside(...parts), 'utf8');

  before(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'tuf-on-git-tarball-'));
    const args = ['pack', '--silent', '--pack-destination', folder];
    const { stdout } = await run('npm', args, { cwd: top });
    const file = path.join(folder, stdout.trim().split('\n').at(-1) ?? '');
    tarball = await readFile(file);
    await run('tar', ['-xzf', file, '-C', folder]);
  });
  after(() => rm(folder, { recursive: true, force: true }));

  it('has an entry for each file that package.json names, and every name means something (publint)', async () => {
    const { messages, pkg } = await publint({
      pack: { tarball: new Uint8Array(tarball).buffer },
      strict: true,
    });
    assert.deepEqual(
      messages.map((message) => formatMessage(message, pkg, { color: false })),
      [],
    );
  });

  it('has types that are right for those who import ES modules (arethetypeswrong)', async () => {
    const packed = createPackageFromTarballData(new Uint8Array(tarball));
    const analysis = await checkPackage(packed, { entrypoints: ['./client'] });
    assert.ok(analysis.types, 'no types at all');
    // The library is of ES modules only, behind exports: older ways of resolving do not find it.
    const older = ['node10', 'node16-cjs'];
    const problems = analysis.problems.filter(
      (problem) => !('resolutionKind' in problem && older.includes(problem.resolutionKind)),
    );
    assert.deepEqual(problems, []);
  });

  it('is published for everybody, with where it was built', async () => {
    const manifest = JSON.parse(await textOf('package.json')) as Record<string, unknown>;
    assert.deepEqual(manifest['publishConfig'], { access: 'public', provenance: true });
  });

  it('names each package that was bundled, with version and licence', async () => {
    const sbom = JSON.parse(await textOf('dist/sbom.cdx.json')) as {
      readonly bomFormat: string;
      readonly metadata: { readonly component: Named };
      readonly components: readonly Component[];
    };
    assert.equal(sbom.bomFormat, 'CycloneDX');
    assert.equal(sbom.metadata.component.name, 'tuf-on-git');
    const named = sbom.components.map(
      ({ group, name, version }) => `${group === undefined ? '' : `${group}/`}${name}@${version}`,
    );
    const bundled = await bundledPackages();
    for (const package_ of ['commander', 'koa', 'zod', '@tufjs/models']) {
      assert.ok(
        bundled.some((each) => each.startsWith(`${package_}@`)),
        package_,
      );
    }
    assert.deepEqual(bundled, named.sort());
    const unlicensed = sbom.components.filter(({ licenses = [] }) => licenses.length === 0);
    assert.deepEqual(unlicensed, []);
  });

  it('brings the licences of all of them', async () => {
    const text = await textOf('dist/THIRD-PARTY-LICENSES.txt');
    const chapters = text.split(/^-{78}$/m).map((chapter) => chapter.trim().split('\n'));
    const titles = chapters.map(([title = '']) => title.replace(/ (?=\d)/, '@'));
    assert.deepEqual(titles.sort(), await bundledPackages());
    const short = chapters.filter((lines) => lines.length < 8);
    // These bring no text.
    const names = short.map(([title = '']) => title.split(' ')[0]);
    assert.deepEqual(names, ['clean-git-ref', 'diff3', 'koa-compose']);
  });

  it('holds no file of a package that its list does not know of', async () => {
    const bundled = new Set(await bundledPackages());
    const names = (await readdir(inside('dist/bin'))).filter((name) => /\.c?js$/.test(name));
    const texts = await Promise.all(
      names.map((name) => readFile(inside('dist/bin', name), 'latin1')),
    );
    // The bundler writes the path of each module above it.
    const modules = texts.flatMap((text) => [...text.matchAll(/^ *\/\/ (node_modules\/.+)$/gm)]);
    assert.ok(modules.length > 500, `only ${modules.length} modules`);
    const found = await packagesOf(modules.map(([, file = '']) => file));
    assert.deepEqual(
      found.filter((each) => !bundled.has(each)),
      [],
    );
  });
});

/** `name@version` of all that is in programs and page, as the bundler tells. */
async function bundledPackages(): Promise<readonly string[]> {
  const text = await readFile(path.join(top, 'dist/metafile.json'), 'utf8');
  const { outputs } = JSON.parse(text) as Pick<Metafile, 'outputs'>;
  // What was read and left out again stands in the inputs of no output.
  return packagesOf(Object.values(outputs).flatMap(({ inputs }) => Object.keys(inputs)));
}

async function packagesOf(files: readonly string[]): Promise<readonly string[]> {
  const folders = files.map((file) => /^.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(file)?.[0]);
  const known = [...new Set(folders)].filter((folder) => folder !== undefined);
  const manifests = await Promise.all(
    known.map((folder) => readFile(path.join(top, folder, 'package.json'), 'utf8')),
  );
  const packages = manifests.map((text) => JSON.parse(text) as Named);
  return [...new Set(packages.map(({ name, version }) => `${name}@${version}`))].sort();
}

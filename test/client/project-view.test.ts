import assert from 'node:assert/strict';
import { nearNames } from '../../client/near-names.ts';
import {
  newestVersion,
  onlyArtifact,
  projectView,
  resolveRequest,
} from '../../client/project-view.ts';
import type { TargetInfo } from '../../client/target-info.ts';
import { TufOnGitError } from '../../core/error/error.ts';
import type { TargetPath } from '../../core/metadata/names.ts';
import { throwsFault } from '../kit/faults.ts';

describe('project view', () => {
  const view = projectView(
    [
      'tuf-spec/tuf-spec/1.0.9/spec.md',
      'tuf-spec/tuf-spec/1.0.28/spec.md',
      'tuf-spec/tarball/1.0.28/spec.tar.gz',
      'tuf-spec/tarball/1.0.28/spec.zip',
      'other/lib/2.0.0/a.tgz',
      'README.md',
      'deep/er/than/that/goes',
    ].map(target),
  );

  const pathOf = (request: string) =>
    onlyArtifact(resolveRequest(view, request), request).target.path;

  it('has projects, products and versions, newest first, and the rest apart', () => {
    assert.deepEqual(
      view.projects.map(({ name, products }) => [name, products.map((product) => product.name)]),
      [
        ['other', ['lib']],
        ['tuf-spec', ['tarball', 'tuf-spec']],
      ],
    );
    const versions = view.projects[1]?.products[1]?.versions.map(({ version }) => version);
    assert.deepEqual(versions, ['1.0.28', '1.0.9']);
    assert.deepEqual(
      view.others.map(({ path }) => path),
      ['README.md', 'deep/er/than/that/goes'],
    );
  });

  it('resolves a project to the newest version of the product named like it', () => {
    assert.equal(pathOf('tuf-spec'), 'tuf-spec/tuf-spec/1.0.28/spec.md');
    assert.equal(pathOf('tuf-spec=1.0.9'), 'tuf-spec/tuf-spec/1.0.9/spec.md');
    assert.equal(pathOf('other/lib'), 'other/lib/2.0.0/a.tgz');
    assert.equal(pathOf('other/lib=2.0.0'), 'other/lib/2.0.0/a.tgz');
  });

  it('lists the artifacts where a version has several', () => {
    throwsFault('client.ambiguous', () => pathOf('tuf-spec/tarball'));
    assert.equal(resolveRequest(view, 'tuf-spec/tarball=1.0.28').artifacts.length, 2);
  });

  it('does not find what is not there, and offers what comes near', () => {
    for (const request of ['tuf-spc', 'tuf-spec/tarbal', 'tuf-spec=1.0.29', 'other', 'a/b/c', '']) {
      throwsFault('search.not-found', () => pathOf(request));
    }
    assert.match(hintOf(() => pathOf('tuf-spc')) ?? '', /tuf-spec/);
    assert.match(hintOf(() => pathOf('tuf-spec=1.0.8')) ?? '', /1\.0\.9|1\.0\.28/);
  });

  it('knows no project by a name that every object has', () => {
    throwsFault('search.not-found', () => pathOf('constructor'));
    assert.equal(projectView([target('__proto__/__proto__/1/a')]).projects[0]?.name, '__proto__');
  });

  it('gives the newest version of the product named like its project, else of any', () => {
    const newest = view.projects.map(newestVersion);
    assert.deepEqual(newest, ['2.0.0', '1.0.28']);
    const [one] = projectView(['p/p/1/a', 'p/q/2/a'].map(target)).projects;
    assert.equal(one && newestVersion(one), '1');
    const [two] = projectView(['p/a/1.9/a', 'p/b/1.10/a'].map(target)).projects;
    assert.equal(two && newestVersion(two), '1.10');
  });

  it('leaves out what nobody could ask for by name', () => {
    const { projects, others } = projectView(['p/p=2/1/a', 'p/p/1/a=b'].map(target));
    assert.deepEqual(
      others.map(({ path }) => path),
      ['p/p=2/1/a'],
    );
    assert.equal(projects[0]?.products[0]?.versions[0]?.artifacts[0]?.name, 'a=b');
  });

  it('names what comes near so that it can be typed again', () => {
    assert.equal(
      hintOf(() => pathOf('tarball')),
      'did you mean tuf-spec/tarball',
    );
    assert.equal(
      hintOf(() => pathOf('READNE.md')),
      'did you mean README.md',
    );
    assert.equal(
      hintOf(() => pathOf('other')),
      'there is other/lib',
    );
  });

  it('looks for near names among very many in bounded time', () => {
    const known = Array.from(
      { length: 200_000 },
      (_, at) => `project/tool/1.0.${at}/tool-${at}.tgz`,
    );
    const started = performance.now();
    assert.ok(nearNames('project/tool/1.0.7/tool-7.tg', known).length > 0);
    assert.ok(performance.now() - started < 10_000);
  });

  it('comes near by typing errors and by parts, and not by more', () => {
    const known = ['signer', 'signature', 'daemon', 'client-library'];
    assert.deepEqual(nearNames('singer', known), ['signer']);
    assert.deepEqual(nearNames('Damon', known), ['daemon']);
    assert.deepEqual(nearNames('lmap', ['lamp', 'map', 'plum']), ['lamp', 'map']);
    assert.deepEqual(nearNames('client', known), ['client-library']);
    assert.deepEqual(nearNames('xyz', known), []);
  });
});

function target(path: string): TargetInfo {
  return {
    path: path as TargetPath,
    length: 1,
    hashes: { sha256: 'ab' },
    custom: undefined,
    role: 'targets',
    chain: ['targets'],
  };
}

function hintOf(act: () => unknown): string | undefined {
  try {
    act();
  } catch (error) {
    if (error instanceof TufOnGitError) return error.hint;
    throw error;
  }
  return undefined;
}

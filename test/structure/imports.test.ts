import assert from 'node:assert/strict';
import { observers, rooms } from '../../scripts/rooms.mjs';
import { importEdges, objection, reachable, type Edge } from './import-edges.ts';
import { impurities, isPureImport } from './impurities.ts';
import { exists, filesIn, textOf } from './source-tree.ts';

const folders = [...Object.keys(rooms), ...observers];
const modules = folders.flatMap((folder) => filesIn(folder).filter((file) => /\.tsx?$/.test(file)));
const edges = new Map(modules.map((file) => [file, importEdges(file, textOf(file))]));
const allEdges = [...edges.values()].flat();

/** Modules of the rooms that must stay pure. */
const pure = modules.filter((file) => /^core\/(metadata|rules)\//.test(file));

describe('the imports of all modules', () => {
  it('are read: every room has modules, and they import each other', () => {
    for (const folder of folders) {
      assert.ok(
        modules.some((file) => file.startsWith(`${folder}/`)),
        `no module in ${folder}`,
      );
    }
    assert.ok(modules.length > 100, `only ${modules.length} modules seen`);
    assert.ok(allEdges.filter(({ to }) => edges.has(to)).length > modules.length);
  });

  it('are all found, in whatever form they are written', () => {
    const text = `
      import a from '../core/a.ts';
      import type { B } from '../core/b.ts';
      export * from '../core/c.ts';
      export const d = () => import('../core/d.ts');
      import koa from '@koa/router/deep.js';
      import { readFile } from 'node:fs/promises';`;
    assert.deepEqual(
      importEdges('client/x.ts', text).map(({ to, isLazy }) => [to, isLazy]),
      [
        ['core/a.ts', false],
        ['core/b.ts', false],
        ['core/c.ts', false],
        ['core/d.ts', true],
        ['@koa/router', false],
        ['node:fs/promises', false],
      ],
    );
  });

  it('point to files that exist', () => {
    const lost = allEdges.filter(({ to }) => /\.(tsx?|mjs)$/.test(to) && !exists(to));
    assert.deepEqual(lost, []);
  });

  it('follow the arrows of scripts/rooms.mjs', () => {
    assert.deepEqual(
      allEdges.map(objection).filter((text) => text !== undefined),
      [],
    );
  });

  it('would be objected to against an arrow', () => {
    const against: readonly Edge[] = [
      { from: 'core/metadata/x.ts', to: 'core/rules/y.ts', isLazy: false },
      { from: 'core/git/x.ts', to: 'daemon/y.ts', isLazy: true },
      { from: 'cli/x.ts', to: 'hooks/y.ts', isLazy: false },
      { from: 'client/x.ts', to: 'core/git/y.ts', isLazy: false },
      { from: 'daemon/x.ts', to: 'test/kit/y.ts', isLazy: false },
      { from: 'example-repo/x.ts', to: 'client/y.ts', isLazy: false },
    ];
    for (const edge of against) assert.equal(objection(edge), `${edge.from} imports ${edge.to}`);
  });
});

describe('the client as a library', () => {
  it('reaches no Koa, no git, no PKCS#11 and no other process', () => {
    const start = modules.filter((file) => file.startsWith('client/'));
    const forbidden = /^(koa|@koa\/.*|isomorphic-git|pkcs11js|chokidar|node:child_process)$/;
    const reached = [...reachable(start, edges)];
    assert.ok(reached.includes('@tufjs/models'), 'the walk ends too early');
    assert.deepEqual(
      reached.filter((module) => forbidden.test(module)),
      [],
    );
  });
});

describe('the examples', () => {
  it('use the public commands only: no module of ours, and not our package by its name', () => {
    const own = allEdges.filter(
      ({ from, to }) =>
        from.startsWith('example-repo/') &&
        (to === 'tuf-on-git' || (edges.has(to) && !to.startsWith('example-repo/'))),
    );
    assert.deepEqual(own, []);
  });
});

describe('core/metadata and core/rules', () => {
  it('import nothing of Node that has an effect', () => {
    const impure = pure
      .flatMap((file) => edges.get(file) ?? [])
      .filter(({ to }) => !isPureImport(to));
    assert.deepEqual(impure, []);
  });

  it('use neither clock, nor chance, nor the process they run in', () => {
    assert.ok(pure.length > 10, `only ${pure.length} modules seen`);
    const found = pure.flatMap((file) => impurities(textOf(file)).map((each) => `${file}:${each}`));
    assert.deepEqual(found, []);
  });

  it('would be caught using them', () => {
    const text =
      'const now = new Date();\nconst env = process.env;\nconst t = [Date.now(), Math.random()];';
    assert.deepEqual(impurities(text), [
      '1: new Date()',
      '2: process',
      '3: Date.now()',
      '3: Math.random()',
    ]);
    assert.deepEqual(impurities('const a = new Date(text); a.process; ({ process: 1 });'), []);
  });
});

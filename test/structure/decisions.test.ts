import assert from 'node:assert/strict';
import { filesIn, textOf } from './source-tree.ts';

interface Manifest {
  readonly dependencies: Readonly<Record<string, string>>;
  readonly optionalDependencies: Readonly<Record<string, string>>;
  readonly devDependencies: Readonly<Record<string, string>>;
}

const folder = 'docs/decisions';

describe('docs/decisions', () => {
  it('gives a reason for each direct dependency, and for no other', () => {
    const manifest = JSON.parse(textOf('package.json')) as Manifest;
    const page = textOf(`${folder}/dependencies.md`);
    const kinds = ['dependencies', 'optionalDependencies', 'devDependencies'] as const;
    for (const kind of kinds) {
      assert.deepEqual(listed(page, kind), Object.keys(manifest[kind]).sort(), kind);
    }
  });

  it('lists every record in its index, in order and without a gap', () => {
    const records = filesIn(folder)
      .map((file) => file.slice(folder.length + 1))
      .filter((name) => /^\d{4}-/.test(name))
      .sort();
    const index = [...textOf(`${folder}/README.md`).matchAll(/\]\((\d{4}-[^)]*)\)/g)];
    assert.deepEqual(
      index.map((match) => match[1]),
      records,
    );
    assert.deepEqual(
      records.map((name) => Number(name.slice(0, 4))),
      records.map((_, place) => place + 1),
    );
  });
});

/** The packages with a sentence behind them in the sections that name this field of package.json. */
function listed(page: string, kind: string): readonly string[] {
  const title = new RegExp(`^[^\\n]*\`${kind}\``);
  const sections = page.split(/^## /m).filter((part) => title.test(part));
  const found = sections.flatMap((part) => [...part.matchAll(/^- `([^`]+)`: \S.{20,}$/gm)]);
  return found.map((match) => match[1] ?? '').sort();
}

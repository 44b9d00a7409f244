import assert from 'node:assert/strict';
import fc from 'fast-check';
import { folded } from '../../core/metadata/text-form.ts';
import { groupsByFolder, type RolePaths } from '../../core/rules/twin-rules.ts';

const part = fc.constantFrom('a', 'A', 'ab', 'b', 'ß', 'SS', 'é', 'É');
const path = fc.array(part, { minLength: 1, maxLength: 4 }).map((parts) => parts.join('/'));
const roles = fc.array(fc.array(path, { maxLength: 4 }), { maxLength: 6 });

describe('roles in groups by their folders', () => {
  it('keep together whatever could not lie side by side', () => {
    let collisions = 0;
    fc.assert(
      fc.property(roles, (lists) => {
        const all = lists.map((paths, index) => ({ file: `metadata/${index}.json`, paths }));
        const groups = [...groupsByFolder(all)];
        assert.deepEqual(
          groups.flat().sort(byFile),
          all.filter(({ paths }) => paths.length > 0),
        );
        for (const [one, other] of pairs(all)) {
          if (!collide(one, other)) continue;
          collisions += 1;
          assert.ok(groups.some((group) => group.includes(one) && group.includes(other)));
        }
      }),
      { numRuns: 2000 },
    );
    assert.ok(collisions > 1000, `only ${collisions} pairs collided`);
  });

  it('separate projects that have nothing in common', () => {
    const one = { file: 'metadata/one.json', paths: ['one/a/1', 'one/b/1'] };
    const two = { file: 'metadata/two.json', paths: ['two/a/1'] };
    assert.deepEqual([...groupsByFolder([one, two])], [[one], [two]]);
  });
});

function collide(one: RolePaths, other: RolePaths): boolean {
  return one.paths.some((a) =>
    other.paths.some((b) => {
      const [x, y] = [folded(a), folded(b)];
      return x === y || x.startsWith(`${y}/`) || y.startsWith(`${x}/`);
    }),
  );
}

function pairs<T>(list: readonly T[]): [T, T][] {
  return list.flatMap((one, at) => list.slice(at + 1).map((other): [T, T] => [one, other]));
}

function byFile(one: RolePaths, other: RolePaths): number {
  return one.file < other.file ? -1 : 1;
}

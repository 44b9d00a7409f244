/**
 * The reader of git's trees, on trees of every kind of wrongness: it ends in its one declared fault or
 * reads what a second, plain reader reads. On well-formed trees it agrees with git itself.
 */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { TufOnGitError } from '../../core/error/error.ts';
import { openBareRepository, type BareRepository } from '../../core/git/binary/bare-repository.ts';
import { differingItems } from '../../core/git/binary/tree-difference.ts';
import { parseTree, type TreeItem } from '../../core/git/binary/tree-object.ts';
import { objectId, type ObjectId } from '../../core/git/object-id.ts';
import { gitSandbox, type GitSandbox } from '../kit/git.ts';

const { PROPERTY_SEED: seed = '20311', PROPERTY_TREES: trees = '20000' } = process.env;
const runs = { seed: Number(seed), numRuns: Number(trees), unbiased: true };

interface Entry {
  readonly mode: string;
  readonly name: string;
  readonly oid: string;
}

describe('the tree reader', () => {
  it('reads any bytes as a plain reader does, or calls them malformed', () => {
    let read = 0;
    fc.assert(
      fc.property(
        fc.oneof(
          damagedTree(),
          fc.uint8Array().map((bytes) => Buffer.from(bytes)),
        ),
        (bytes) => {
          const items = orMalformed(() => parseTree(bytes, 'test'));
          assert.deepEqual(items?.map(inWords), plainRead(bytes));
          if (items !== undefined) read += 1;
        },
      ),
      runs,
    );
    assert.ok(read > runs.numRuns / 20, 'too few are read for this to mean something');
  });

  it('finds what differs between a good tree and any bytes, or calls them malformed', () => {
    fc.assert(
      fc.property(goodTree(), damages(), (before, change) => {
        const after = change.reduce(replaced, before);
        const found = orMalformed(() => differingItems(before, after, 'test'));
        const [old, next] = [plainRead(before) ?? [], plainRead(after)];
        assert.deepEqual(found && onlyInOne(found), next && difference(old, next));
      }),
      runs,
    );
  });
});

describe('the tree reader beside git', () => {
  let sandbox: GitSandbox;
  let repository: BareRepository;

  before(async () => {
    sandbox = await gitSandbox();
    repository = openBareRepository(sandbox.bare);
  });

  after(async () => {
    await repository.close();
    await sandbox.remove();
  });

  it('lists what git ls-tree lists of trees that git mktree made', async () => {
    const made = await nestedTrees(500);
    const top = await oneTreeOf(made);
    const listed = await sandbox.git(['ls-tree', '-r', '-t', '-z', top]);
    const expected = records(listed.stdout);
    const found = (await repository.tree(top)).map(
      ({ mode, type, oid, pathBytes }) => `${mode} ${type} ${oid}\t${pathBytes.toString('latin1')}`,
    );
    assert.ok(found.length > 5000);
    assert.deepEqual(found.toSorted(), expected.toSorted());
  });

  it('finds the changes that git diff-tree finds', async () => {
    const made = await nestedTrees(300);
    const before = await oneTreeOf(made);
    const after = await oneTreeOf(made.map((tree, index) => made[index + (index % 3)] ?? tree));
    const diff = ['diff-tree', '-r', '-t', '-z', '--no-renames', '--no-abbrev', before, after];
    const [found, { stdout }] = await Promise.all([
      repository.changes(before, after),
      sandbox.git(diff),
    ]);
    const none = { mode: '000000', oid: '0'.repeat(40) };
    const inGitsWords = found.flatMap((change) => {
      const { before: old = none, after: next = none } = change;
      const path = change.pathBytes.toString('latin1');
      return [`:${old.mode} ${next.mode} ${old.oid} ${next.oid}`, path];
    });
    assert.ok(found.length > 1000);
    assert.deepEqual(pairs(inGitsWords), pairs(records(stdout).map(withoutStatus)));
  });

  /** Trees, each of which may hold some of those before it. */
  async function nestedTrees(count: number): Promise<readonly ObjectId[]> {
    const plans = fc.sample(fc.array(plainEntry(), { minLength: 1, maxLength: 12 }), {
      ...runs,
      numRuns: count,
    });
    const made: ObjectId[] = [];
    for (let at = 0; at < count; at += 50) {
      const batch = plans.slice(at, at + 50).map((entries) => withSubtrees(entries, made));
      made.push(...(await mktree(batch)));
    }
    return made;
  }

  async function mktree(batch: readonly (readonly Entry[])[]): Promise<ObjectId[]> {
    const input = batch.flatMap((entries) => [...entries.map(forMktree), '']);
    const text = Buffer.from(input.map((record) => `${record}\0`).join(''), 'latin1');
    const printed = await sandbox.ok(['mktree', '-z', '--missing', '--batch'], { input: text });
    return printed.split('\n').map(objectId);
  }

  async function oneTreeOf(all: readonly ObjectId[]): Promise<ObjectId> {
    const names = all.map((oid, index) => ({ mode: '040000', name: `tree-${index}`, oid }));
    return objectId((await mktree([names])).join());
  }
});

const fileModes = ['100644', '100755', '120000', '160000'];

function entryName(): fc.Arbitrary<string> {
  const byte = fc.oneof(fc.constantFrom('a', 'b', '.', '-', ' '), fc.nat({ max: 255 }).map(latin1));
  return fc
    .array(byte, { minLength: 1, maxLength: 4 })
    .map((bytes) => bytes.join('').replace(/[/\0]/g, '_'));
}

function plainEntry(): fc.Arbitrary<Entry> {
  return fc.record({
    mode: fc.constantFrom(...fileModes, '040000', '040000'),
    name: entryName(),
    // Few values: the bytes of two trees then agree in many places that are no entries.
    oid: fc
      .array(fc.constantFrom('00', '01', '20', '61'), { minLength: 19, maxLength: 19 })
      .map((bytes) => `01${bytes.join('')}`),
  });
}

/** Each name once, `040000` only where there is a tree for it. */
function withSubtrees(entries: readonly Entry[], made: readonly ObjectId[]): readonly Entry[] {
  const byName = new Map(entries.map((entry) => [entry.name, entry]));
  return [...byName.values()].map((entry) => {
    if (entry.mode !== '040000') return entry;
    const oid = made[Number.parseInt(entry.oid.slice(-6), 16) % Math.max(1, made.length)];
    return oid === undefined ? { ...entry, mode: '100644' } : { ...entry, oid };
  });
}

function forMktree({ mode, name, oid }: Entry): string {
  const type = mode === '040000' ? 'tree' : mode === '160000' ? 'commit' : 'blob';
  return `${mode} ${type} ${oid}\t${name}`;
}

/** Well-formed, in whatever order. */
function goodTree(): fc.Arbitrary<Buffer> {
  return fc
    .uniqueArray(plainEntry(), { selector: ({ name }) => name, maxLength: 8 })
    .map((entries) => Buffer.concat(entries.map(entryBytes)));
}

function entryBytes({ mode, name, oid }: Entry): Buffer {
  const stored = mode === '040000' ? '40000' : mode;
  return Buffer.concat([Buffer.from(`${stored} ${name}\0`, 'latin1'), Buffer.from(oid, 'hex')]);
}

interface Damage {
  readonly at: number;
  readonly length: number;
  readonly piece: Uint8Array;
}

function damages(): fc.Arbitrary<readonly Damage[]> {
  const pieces = fc.oneof(
    plainEntry().map(entryBytes),
    fc.uint8Array({ maxLength: 3 }),
    fc.constantFrom(' ', '\0', '/', '0', ' a\0').map((text) => Buffer.from(text)),
  );
  const damage = fc.record({ at: fc.nat(), length: fc.nat({ max: 30 }), piece: pieces });
  return fc.array(damage, { maxLength: 3 });
}

function damagedTree(): fc.Arbitrary<Buffer> {
  return fc.tuple(goodTree(), damages()).map(([tree, change]) => change.reduce(replaced, tree));
}

function replaced(bytes: Buffer, { at, length, piece }: Damage): Buffer {
  const start = at % (bytes.length + 1);
  return Buffer.concat([bytes.subarray(0, start), piece, bytes.subarray(start + length)]);
}

/** @throws what is not the declared fault */
function orMalformed<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch (error) {
    assert.ok(error instanceof TufOnGitError, String(error));
    assert.equal(error.code, 'repository.object');
    return undefined;
  }
}

/** gitformat-pack(5): mode, blank, name, NUL, 20 bytes; in words, or undefined when it is none. */
function plainRead(bytes: Buffer): readonly string[] | undefined {
  const items: string[] = [];
  const names = new Set<string>();
  let rest = bytes.toString('latin1');
  while (rest !== '') {
    const [entry = '', mode = '', name = '', oid = ''] =
      /^([^\0 ]*) ([^\0]*)\0([^]{20})/.exec(rest) ?? [];
    if (entry === '' || name === '' || name.includes('/') || names.has(name)) return undefined;
    if (/^\0*$/.test(oid)) return undefined;
    names.add(name);
    const shown = mode.startsWith('0') ? `0${mode}` : mode.padStart(6, '0');
    items.push(`${shown} ${name} ${Buffer.from(oid, 'latin1').toString('hex')}`);
    rest = rest.slice(entry.length);
  }
  return items;
}

function inWords({ mode, name, oid }: TreeItem): string {
  return `${mode} ${name.toString('latin1')} ${oid}`;
}

type Words = readonly string[];

function onlyInOne({ before, after }: ReturnType<typeof differingItems>) {
  return difference(before.map(inWords), after.map(inWords));
}

function difference(before: Words, after: Words): { before: Words; after: Words } {
  return {
    before: before.filter((each) => !after.includes(each)).toSorted(),
    after: after.filter((each) => !before.includes(each)).toSorted(),
  };
}

function records(stdout: Buffer): string[] {
  return stdout.toString('latin1').split('\0').slice(0, -1);
}

function withoutStatus(record: string): string {
  return record.replace(/^(:\d{6} \d{6} [0-9a-f]{40} [0-9a-f]{40}) [A-Z]$/, '$1');
}

/** Each change with its path, in one order. */
function pairs(flat: Words): Words {
  return flat
    .flatMap((text, at) => (at % 2 === 0 ? [`${text} ${flat[at + 1] ?? ''}`] : []))
    .toSorted();
}

function latin1(byte: number): string {
  return String.fromCharCode(byte);
}

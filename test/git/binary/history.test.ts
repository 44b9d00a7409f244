import { strict as assert } from 'node:assert';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import {
  gitRepository,
  openBareRepository,
  type BareRepository,
} from '../../../core/git/binary/bare-repository.ts';
import { listRefs } from '../../../core/git/binary/refs.ts';
import { EMPTY_TREE, objectId, type ObjectId } from '../../../core/git/object-id.ts';
import { gitSandbox, type GitSandbox } from '../../kit/git.ts';

const alice = { name: 'Alice', email: 'alice@example.com' };
const bob = { name: 'Bob', email: 'bob@example.com' };
const noon = new Date('2026-01-01T12:00:00Z');
const later = new Date('2026-01-02T12:00:00Z');
const main = 'refs/heads/main';

describe('history and refs of a bare repository', () => {
  let sandbox: GitSandbox;
  let repository: BareRepository;

  beforeEach(async () => {
    sandbox = await gitSandbox();
    repository = openBareRepository(sandbox.bare);
  });

  afterEach(async () => {
    await repository.close();
    await sandbox.remove();
  });

  function commit(message: string, ...parents: ObjectId[]): Promise<ObjectId> {
    return repository.writeCommit({
      tree: EMPTY_TREE,
      parents,
      message,
      author: alice,
      time: noon,
    });
  }

  function move(
    from: ObjectId | undefined,
    to: ObjectId | undefined,
    more: { time?: Date; by?: typeof bob } = {},
  ): Promise<void> {
    return repository.updateRef({ ref: main, from, to, message: 'test', ...more });
  }

  describe('commits', () => {
    it('come back with what was written', async () => {
      const first = await commit('first');
      const second = await repository.writeCommit({
        tree: EMPTY_TREE,
        parents: [first],
        message: 'subject\n\nbody: é\n',
        author: alice,
        committer: bob,
        time: noon,
      });
      assert.deepEqual(await repository.commit(second), {
        oid: second,
        tree: EMPTY_TREE,
        parents: [first],
        author: 'Alice <alice@example.com>',
        committer: 'Bob <bob@example.com>',
        committedAt: noon,
        message: 'subject\n\nbody: é\n',
      });
    });

    it('are not confused by header lines within the message', async () => {
      const message = `one\n\nparent ${'ab'.repeat(20)}\ntree ${'cd'.repeat(20)}\n`;
      const { parents, tree } = await repository.commit(await commit(message));
      assert.deepEqual([parents, tree], [[], EMPTY_TREE]);
    });

    it('have the parents that git sees, whatever else their header says', async () => {
      const first = await commit('first');
      const header = await sandbox.ok(['cat-file', 'commit', first]);
      const input = header.replace('\n\n', `\nparent ${first}\n\n`);
      const args = ['hash-object', '-t', 'commit', '-w', '--stdin'];
      const odd = objectId(await sandbox.ok(args, { input }));
      assert.equal(await sandbox.ok(['rev-list', '--count', odd]), '1');
      assert.deepEqual((await repository.commit(odd)).parents, []);
    });

    it('between two are listed oldest first, with the merges and what they bring', async () => {
      const base = await commit('base');
      const left = await commit('left', base);
      const right = await commit('right', base);
      const merge = await commit('merge', left, right);
      const list = await repository.commitsBetween(base, merge);
      assert.deepEqual(new Set(list.map(({ oid }) => oid)), new Set([left, right, merge]));
      assert.equal(list.at(-1)?.parents.length, 2);
      const all = await repository.commitsBetween(undefined, merge);
      assert.equal(all[0]?.oid, base);
    });

    it('are all told, however many, where no limit is set', async () => {
      const line = [await commit('0')];
      for (let count = 1; count < 20; count += 1) {
        line.push(await commit(String(count), line[count - 1] ?? assert.fail()));
      }
      const tip = line.at(-1) ?? assert.fail();
      const told = await repository.commitsBetween(undefined, tip, { limit: Infinity });
      assert.deepEqual(
        told.map(({ oid }) => oid),
        line,
      );
    });

    it('between two are none when nothing is new, and refused when they are too many', async () => {
      const first = await commit('first');
      const second = await commit('second', first);
      const third = await commit('third', second);
      assert.deepEqual(await repository.commitsBetween(third, first), []);
      assert.equal((await repository.commitsBetween(undefined, third, { limit: 3 })).length, 3);
      await assert.rejects(repository.commitsBetween(undefined, third, { limit: 2 }), {
        code: 'git.too-many',
      });
    });

    it('between two are the same, whatever dates those of the other branch claim', async () => {
      const dated = async (seconds: number, parent: ObjectId[]): Promise<ObjectId> => {
        const time = new Date(seconds * 1000);
        return repository.writeCommit({
          tree: EMPTY_TREE,
          parents: parent,
          message: String(seconds),
          author: alice,
          time,
        });
      };
      const base = await dated(1_700_000_001, [await dated(1_700_000_000, [])]);
      const event = await dated(1_900_000_000, [base]);
      let tip = base;
      for (let old = 2000; old < 2020; old += 1) tip = await dated(old, [tip]);
      tip = await dated(1_800_000_000, [tip]);
      const told = await repository.commitsBetween(tip, event);
      assert.deepEqual(
        told.map(({ oid }) => oid),
        [event],
      );
    });

    it('know their ancestors', async () => {
      const first = await commit('first');
      const second = await commit('second', first);
      const stranger = await commit('stranger');
      assert.equal(await repository.isAncestor(first, second), true);
      assert.equal(await repository.isAncestor(second, second), true);
      assert.equal(await repository.isAncestor(second, first), false);
      assert.equal(await repository.isAncestor(stranger, second), false);
      await assert.rejects(repository.isAncestor(objectId('ab'.repeat(20)), second), {
        code: 'repository.git',
      });
    });
  });

  describe('a ref', () => {
    it('is made, moved and deleted only from where the caller believes it to be', async () => {
      const first = await commit('first');
      const second = await commit('second', first);
      assert.equal(await repository.resolveRef(main), undefined);
      await assert.rejects(move(first, second), { code: 'repository.stale' });
      await move(undefined, first);
      await assert.rejects(move(undefined, second), { code: 'repository.stale' });
      await move(first, second);
      await assert.rejects(move(first, undefined), { code: 'repository.stale' });
      assert.equal(await repository.resolveRef(main), second);
      await move(second, undefined);
      assert.equal(await repository.resolveRef(main), undefined);
    });

    it('goes to one of many who want to move it at once', async () => {
      const first = await commit('first');
      await move(undefined, first);
      const rivals = await Promise.all(
        Array.from({ length: 6 }, (_, index) => commit(`rival ${index}`, first)),
      );
      const outcomes = await Promise.allSettled(rivals.map((rival) => move(first, rival)));
      const winners = rivals.filter((_, index) => outcomes[index]?.status === 'fulfilled');
      assert.equal(winners.length, 1);
      assert.equal(await repository.resolveRef(main), winners[0]);
      for (const outcome of outcomes) {
        if (outcome.status === 'rejected') {
          assert.equal((outcome.reason as { code?: string }).code, 'repository.stale');
        }
      }
    });

    it('is waited for while another process writes it', async () => {
      const first = await commit('first');
      const lock = join(sandbox.bare, `${main}.lock`);
      await writeFile(lock, '');
      const moved = move(undefined, first);
      await delay(500);
      await rm(lock);
      await moved;
      assert.equal(await repository.resolveRef(main), first);
    });

    it('is not moved to what does not exist', async () => {
      await assert.rejects(move(undefined, objectId('ab'.repeat(20))), { code: 'repository.git' });
    });

    it('is listed below its prefix, packed or not', async () => {
      const first = await commit('first');
      const names = ['refs/heads/sign/one', 'refs/heads/sign/two', 'refs/heads/signal', main];
      for (const ref of names) {
        await repository.updateRef({ ref, from: undefined, to: first, message: 'test' });
      }
      await sandbox.ok(['pack-refs', '--all']);
      assert.deepEqual(await repository.listRefs('refs/heads/sign/'), [
        { name: 'refs/heads/sign/one', oid: first },
        { name: 'refs/heads/sign/two', oid: first },
      ]);
      assert.equal(await repository.resolveRef(main), first);
      assert.equal(await repository.resolveRef('refs/heads/sign'), undefined);
    });

    it('damaged on disk is an error, not an absent one', async () => {
      await writeFile(join(sandbox.bare, main), 'nonsense\n');
      await assert.rejects(repository.resolveRef(main), { code: 'repository.git' });
    });

    it('that goes while git looks is absent, not damaged', async () => {
      const going = join(sandbox.bare, 'refs/heads/going');
      await writeFile(going, 'nonsense\n');
      const git = gitRepository(sandbox.bare);
      const folder = join(sandbox.bare, 'programs');
      await mkdir(folder);
      const script = `#!/bin/sh\nPATH='${git.env['PATH'] ?? ''}' git "$@"; rm -f '${going}'\n`;
      await writeFile(join(folder, 'git'), script, { mode: 0o755 });
      const slow = { ...git, env: { ...git.env, PATH: `${folder}:${git.env['PATH'] ?? ''}` } };
      assert.deepEqual(await listRefs(slow, 'refs/heads/'), []);
    });

    it('has a full name, never something that git would take for an option', async () => {
      for (const name of ['main', '--all', 'refs/heads/*', 'refs/heads/a b', 'HEAD', '']) {
        await assert.rejects(repository.resolveRef(name), { code: 'repository.git' });
      }
    });
  });

  describe('the receipt of a commit', () => {
    it('tells when it arrived and who brought it, also in the midst of a push', async () => {
      const first = await commit('first');
      const second = await commit('second', first);
      const third = await commit('third', second);
      await move(undefined, first, { time: noon, by: alice });
      await move(first, third, { time: later, by: bob });
      assert.deepEqual(await repository.receipt(main, first), { time: noon, by: 'Alice' });
      assert.deepEqual(await repository.receipt(main, second), { time: later, by: 'Bob' });
      assert.deepEqual(await repository.receipt(main, third), { time: later, by: 'Bob' });
    });

    it('stays the first one when the ref is moved away and back', async () => {
      const first = await commit('first');
      const bad = await commit('bad', first);
      await move(undefined, first, { time: noon, by: alice });
      await move(first, bad, { time: later, by: bob });
      await move(bad, first, { time: later, by: alice });
      assert.deepEqual(await repository.receipt(main, first), { time: noon, by: 'Alice' });
    });

    it('is none for what never arrived, and where there is no log', async () => {
      const first = await commit('first');
      const stranger = await commit('stranger');
      assert.equal(await repository.receipt(main, first), undefined);
      await move(undefined, first);
      assert.equal(await repository.receipt(main, stranger), undefined);
      await rm(join(sandbox.bare, 'logs'), { recursive: true });
      assert.equal(await repository.receipt(main, first), undefined);
    });

    it('is when the server received a push, whatever its commits say', async () => {
      const clone = await sandbox.clone();
      const oid = objectId(await clone.commit('dated by Alice'));
      await clone.ok('push', '--quiet', 'origin', 'HEAD:main');
      const receipt = await repository.receipt(main, oid);
      assert.equal(receipt?.by, 'Alice');
    });
  });

  describe('a new tree', () => {
    it('holds what its base held, with files put in, replaced and taken out', async () => {
      const [one, two] = await Promise.all([
        repository.writeBlob(Buffer.from('one')),
        repository.writeBlob(Buffer.from('two')),
      ]);
      const base = await repository.writeTree(
        undefined,
        new Map([
          ['a/kept', one],
          ['a/replaced', one],
          ['removed', one],
        ]),
      );
      const tree = await repository.writeTree(
        base,
        new Map([
          ['a/replaced', two],
          ['b/new "name"', two],
          ['removed', undefined],
          ['never there', undefined],
        ]),
      );
      const files = (await repository.tree(tree)).filter(({ type }) => type === 'blob');
      assert.deepEqual(
        files.map(({ path, mode, oid }) => [path, mode, oid]),
        [
          ['a/kept', '100644', one],
          ['a/replaced', '100644', two],
          ['b/new "name"', '100644', two],
        ],
      );
    });

    it('has a folder where a file was, if the file goes', async () => {
      const blob = await repository.writeBlob(Buffer.from('one'));
      const base = await repository.writeTree(undefined, new Map([['name', blob]]));
      const inside = [['name/inside', blob]] as const;
      await assert.rejects(repository.writeTree(base, new Map(inside)), { code: 'repository.git' });
      const both = new Map([...inside, ['name', blob] as const]);
      await assert.rejects(repository.writeTree(undefined, both), { code: 'repository.git' });
      const tree = await repository.writeTree(base, new Map([...inside, ['name', undefined]]));
      assert.equal((await repository.find(tree, 'name/inside'))?.oid, blob);
    });

    it('has no name that would harm a checkout', async () => {
      const blob = await repository.writeBlob(Buffer.from('one'));
      for (const path of ['../out', '.git/config', '/absolute', 'a//b']) {
        await assert.rejects(repository.writeTree(undefined, new Map([[path, blob]])), {
          code: 'repository.git',
        });
      }
    });
  });
});

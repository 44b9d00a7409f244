import { strict as assert } from 'node:assert';
import { appendFile } from 'node:fs/promises';
import path from 'node:path';
import {
  openBareRepository,
  type BareRepository,
} from '../../../core/git/binary/bare-repository.ts';
import { EMPTY_TREE, objectId, type ObjectId } from '../../../core/git/object-id.ts';
import { rejectsWithFault } from '../../kit/faults.ts';
import { gitSandbox, type GitSandbox } from '../../kit/git.ts';

const bob = { name: 'Bob', email: 'bob@example.com' };
const noon = new Date('2026-01-01T12:00:00Z');
const [main, event, kept] = ['refs/heads/main', 'refs/heads/sign/one', 'refs/tuf/events/one'];

describe('several refs in one transaction', () => {
  let sandbox: GitSandbox;
  let repository: BareRepository;
  let first: ObjectId;
  let second: ObjectId;

  beforeEach(async () => {
    sandbox = await gitSandbox();
    repository = openBareRepository(sandbox.bare);
    first = await commit('first');
    second = await commit('second', first);
    await repository.updateRefs(
      [
        { ref: main, from: undefined, to: first },
        { ref: event, from: undefined, to: second },
      ],
      { message: 'made' },
    );
  });

  afterEach(async () => {
    await repository.close();
    await sandbox.remove();
  });

  function commit(message: string, ...parents: ObjectId[]): Promise<ObjectId> {
    return repository.writeCommit({ tree: EMPTY_TREE, parents, message, author: bob, time: noon });
  }
  const all = async () =>
    (await repository.listRefs('refs')).map(({ name, oid }) => `${name} ${oid}`).sort();
  const landing = (from: ObjectId) => [
    { ref: main, from, to: second },
    { ref: event, from: second, to: undefined },
    { ref: kept, from: undefined, to: second },
  ];

  it('are made, moved and deleted together, each move in the log of its ref', async () => {
    await repository.updateRefs(landing(first), { message: 'landed', by: bob, time: noon });
    assert.deepEqual(await all(), [`${main} ${second}`, `${kept} ${second}`]);
    assert.deepEqual((await repository.refLog(kept)).at(-1), {
      oid: second,
      time: noon,
      by: 'Bob',
    });
    assert.deepEqual(
      (await repository.refLog(main)).map(({ oid }) => oid),
      [first, second],
    );
  });

  it('have a log that is read as git reads it', async () => {
    const carol = { name: 'Cârol <c>\t(d)', email: 'a b@example.com' };
    await repository.updateRefs([{ ref: main, from: first, to: second }], {
      message: 'moved > there',
      by: carol,
      time: noon,
    });
    const format = ['log', '-g', '--date=unix', '--format=%H %gd %gn', main];
    const asked = (await sandbox.ok(format)).trim().split('\n').reverse();
    const read = await repository.refLog(main);
    assert.deepEqual(
      read.map(({ oid, time, by }) => `${oid} main@{${time.getTime() / 1000}} ${by}`),
      asked.map((line) => line.replace('refs/heads/', '')),
    );
  });

  it('have no log of which a line makes no sense', async () => {
    const file = path.join(sandbox.bare, 'logs', main);
    await appendFile(file, 'nonsense\n');
    assert.deepEqual(
      (await repository.refLog(main)).map(({ oid }) => oid),
      [first],
    );
  });

  it('stay all where they are when one is elsewhere', async () => {
    const before = await all();
    await rejectsWithFault(
      'repository.stale',
      repository.updateRefs(landing(second), { message: 'landed' }),
    );
    assert.deepEqual(await all(), before);
  });

  it('stay all where they are when one that has to stay has moved', async () => {
    const before = await all();
    const moves = [
      { ref: main, from: second, to: second },
      { ref: event, from: second, to: undefined },
    ];
    await rejectsWithFault('repository.stale', repository.updateRefs(moves, { message: 'gone' }));
    assert.deepEqual(await all(), before);
    const [stays, goes] = [{ ref: main, from: first, to: first }, moves[1] ?? assert.fail()];
    await repository.updateRefs([stays, goes], { message: 'gone' });
    assert.deepEqual(await all(), [`${main} ${first}`]);
  });

  it('stay all where they are when one would go to what does not exist', async () => {
    const before = await all();
    const nowhere = objectId('12'.repeat(20));
    const moves = [...landing(first).slice(0, 2), { ref: kept, from: undefined, to: nowhere }];
    await rejectsWithFault('repository.git', repository.updateRefs(moves, { message: 'landed' }));
    assert.deepEqual(await all(), before);
  });

  it('are listed by any of several prefixes', async () => {
    const found = await repository.listRefs('refs/heads/sign/', kept);
    assert.deepEqual(
      found.map(({ name }) => name),
      [event],
    );
  });
});

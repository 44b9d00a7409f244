import assert from 'node:assert/strict';
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { makeQuestions, type Questions } from '../../cli/terminal/questions.ts';
import type { Code } from '../../core/error/codes.ts';
import { workspaces, type Workspaces } from '../kit/workspaces.ts';

const version = 'alice-project/tool/1.1.0';
const to = ['--to', version];

describe('tuf-on-git upload', () => {
  let kit: Workspaces;
  beforeEach(async () => {
    kit = await workspaces();
  });
  afterEach(() => kit.remove());

  /** What a person at the terminal does when asked whether to sign. */
  function asked(answer: () => Promise<boolean>): Questions {
    return { ...makeQuestions(false), possible: true, confirm: answer };
  }

  const countOnMain = async () =>
    Number(await kit.gated.sandbox.ok(['rev-list', '--count', 'main']));

  it('publishes files in one step, whatever is drafted in the working tree', async () => {
    const alice = await kit.clone('alice', 'alice');
    const draft = await alice.file('draft.tgz', 'not yet');
    await alice.ok('add', 'alice-project/tool/9.0.0/draft.tgz', draft);
    const files = [await alice.file('tool.tgz', 'tool'), await alice.file('notes.txt', 'notes')];
    const run = await alice.run('upload', ...files, ...to, '--yes');
    assert.equal(run.status, 0, run.stderr);
    assert.equal(run.stdout, `${version}/tool.tgz\n${version}/notes.txt\n`);
    assert.match(run.stderr, /^alice: version 1 → 2/m);
    assert.match(run.stderr, /\+ target alice-project\/tool\/1\.1\.0\/tool\.tgz, 4 bytes/);
    assert.equal(await kit.onMain(`targets/${version}/tool.tgz`), 'tool');
    assert.equal(await kit.onMain(`targets/${version}/notes.txt`), 'notes');
    assert.match(await alice.ok('status'), /alice: version 1 → 2, 0 of 1 signature/);
  });

  it('does nothing the second time, and leaves a workspace without drafts at main', async () => {
    const alice = await kit.clone('alice', 'alice');
    const file = await alice.file('tool.tgz', 'tool');
    await alice.ok('upload', file, ...to, '--yes');
    assert.doesNotMatch(await alice.ok('status'), /another commit|drafts:/);
    const before = await countOnMain();
    assert.equal(await alice.ok('upload', file, ...to), `${version}/tool.tgz\n`);
    assert.equal(await countOnMain(), before);
  });

  it('sends nothing when the answer is no', async () => {
    const alice = await kit.clone('alice', 'alice');
    const file = await alice.file('tool.tgz', 'tool');
    const run = await alice.ask(
      asked(() => Promise.resolve(false)),
      'upload',
      file,
      ...to,
    );
    assert.equal(run.status, 4, run.stderr);
    assert.equal(await countOnMain(), 1);
  });

  it('puts the same files on a newer main, and does not ask again for the same outcome', async () => {
    const [alice, other] = [await kit.clone('alice', 'alice'), await kit.clone('other', 'alice')];
    const file = await alice.file('tool.tgz', 'tool');
    const quicker = await other.file('quicker.tgz', 'quicker');
    let questions = 0;
    const answer = async () => {
      questions += 1;
      await other.ok('upload', quicker, '--to', 'alice-project/tool/1.0.9', '--yes');
      return true;
    };
    const run = await alice.ask(asked(answer), 'upload', file, ...to);
    assert.equal(run.status, 0, run.stderr);
    assert.match(run.stderr, /somebody else was quicker/);
    assert.equal(questions, 1);
    assert.equal(await kit.onMain(`targets/${version}/tool.tgz`), 'tool');
    assert.equal(await kit.onMain('targets/alice-project/tool/1.0.9/quicker.tgz'), 'quicker');
    assert.equal(await countOnMain(), 3);
  });

  it('asks again when the newer main makes another outcome of it', async () => {
    const [alice, other] = [await kit.clone('alice', 'alice'), await kit.clone('other', 'alice')];
    const file = await alice.file('tool.tgz', 'tool');
    await mkdir(path.join(kit.dir, 'theirs'));
    const theirs = path.join(kit.dir, 'theirs', 'tool.tgz');
    await writeFile(theirs, 'another tool');
    const shown: number[] = [];
    const answer = async () => {
      if (shown.push(1) === 1) await other.ok('upload', theirs, ...to, '--yes');
      return true;
    };
    const run = await alice.ask(asked(answer), 'upload', file, ...to);
    assert.equal(run.status, 0, run.stderr);
    assert.equal(shown.length, 2);
    assert.match(run.stderr, /~ target alice-project\/tool\/1\.1\.0\/tool\.tgz/);
    assert.equal(await kit.onMain(`targets/${version}/tool.tgz`), 'tool');
  });

  it('signs what was shown, although the file changes while somebody looks at it', async () => {
    const alice = await kit.clone('alice', 'alice');
    const file = await alice.file('tool.tgz', 'what was shown');
    const answer = async () => {
      await writeFile(file, 'what nobody saw');
      return true;
    };
    const run = await alice.ask(asked(answer), 'upload', file, ...to);
    assert.equal(run.status, 0, run.stderr);
    assert.equal(await kit.onMain(`targets/${version}/tool.tgz`), 'what was shown');
  });

  it('tells of it as JSON', async () => {
    const alice = await kit.clone('alice', 'alice');
    const file = await alice.file('tool.tgz', 'tool');
    const answer = JSON.parse(await alice.ok('upload', file, ...to, '--yes', '--json')) as {
      commit: string;
      visible: boolean;
      targets: { target: string; length: number }[];
    };
    assert.equal(answer.commit, await kit.gated.sandbox.ok(['rev-parse', 'main']));
    assert.equal(answer.visible, false);
    assert.deepEqual(
      answer.targets.map(({ target, length }) => [target, length]),
      [[`${version}/tool.tgz`, 4]],
    );
  });

  describe('refuses, and sends nothing,', () => {
    const prefix = (folder: string) => ['../tool.tgz', '--to', folder];
    const cases: [string, number, Code, string[]][] = [
      ['a folder', 2, 'usage.argument', ['.', ...to]],
      ['a file that is not there', 2, 'usage.argument', ['nothing.tgz', ...to]],
      ['an empty prefix', 2, 'usage.argument', prefix('/')],
      ['a path that another role has', 2, 'workspace.not-allowed', prefix('bob-project/app/1')],
      ['a path of another form', 1, 'path.form', prefix('alice-project/a b/1')],
    ];
    for (const [what, status, code, args] of cases) {
      it(what, async () => {
        const alice = await kit.clone('alice', 'alice');
        await alice.file('tool.tgz', 'tool');
        await alice.refused(status, code, 'upload', ...args, '--yes');
        assert.equal(await countOnMain(), 1);
      });
    }
  });
});

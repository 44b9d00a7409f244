import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { CommanderError } from 'commander';
import { reportFailure } from '../../cli/terminal/report-failure.ts';
import { fault } from '../../core/error/error.ts';
import { scriptedCli } from '../kit/scripted-cli.ts';

function report(error: unknown, env: NodeJS.ProcessEnv = {}) {
  const cli = { ...scriptedCli('/', []), env };
  return { status: reportFailure(error, cli), said: cli.printed.join('') };
}

const refusal = fault('role.expired', 'targets\u001b[2J', 'it has expired', { hint: 'sign anew' });

describe('a failure, told on stderr', () => {
  it('is one line with code, place, reason and hint, made printable', () => {
    assert.deepEqual(report(refusal), {
      status: 1,
      said: 'tuf-on-git: [role.expired] targets\\u{001b}[2J: it has expired; sign anew\n',
    });
  });

  it('shows where it happened, and its cause, only when that is asked for', () => {
    const cause = new RangeError('below it');
    const error = fault('client.storage', 'a file', 'unreadable', { cause });
    assert.doesNotMatch(report(error).said, /report-failure\.test|below it/);
    const { said } = report(error, { TUF_ON_GIT_DEBUG: '1' });
    assert.match(said, /report-failure\.test.*caused by RangeError: below it/s);
  });

  it('says in the words of the system what the system refused', async () => {
    const error: unknown = await readFile('/nowhere/file').catch((reason: unknown) => reason);
    const { status, said } = report(error);
    assert.equal(status, 1);
    assert.match(said, /^tuf-on-git: ENOENT: [^\n]+'\/nowhere\/file'\n$/);
  });

  it('owns up to a defect, with a status of its own', () => {
    const { status, said } = report(new TypeError('x is undefined'));
    assert.equal(status, 70);
    assert.match(
      said,
      /^tuf-on-git: TypeError: x is undefined; this is a defect: please report it\n/,
    );
    assert.doesNotMatch(said, /report-failure\.test/);
  });

  it('is silent where commander has spoken: help is 0, wrong usage 2', () => {
    assert.deepEqual(report(new CommanderError(0, 'commander.helpDisplayed', '')), {
      status: 0,
      said: '',
    });
    assert.deepEqual(report(new CommanderError(1, 'commander.unknownOption', '')), {
      status: 2,
      said: '',
    });
  });

  it('is short when a person has ended the question', () => {
    const error = Object.assign(new RangeError('closed'), { name: 'ExitPromptError' });
    assert.deepEqual(report(error), { status: 130, said: 'tuf-on-git: cancelled\n' });
  });
});

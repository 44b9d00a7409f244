import assert from 'node:assert/strict';
import { makeOutput } from '../../cli/terminal/output.ts';
import type { Cli } from '../../cli/terminal/cli.ts';
import type { Questions } from '../../cli/terminal/questions.ts';

/** A command line whose person answers from a script, in order. */
export interface ScriptedCli extends Cli {
  /** What was asked, in order. */
  readonly asked: readonly string[];
  /** What was printed, both streams. */
  readonly printed: readonly string[];
}

/**
 * @param answers one for each question: `''` takes what the question proposes, `'y'` and `'n'` confirm
 *   or not; a secret is asked once, a new one too
 */
export function scriptedCli(cwd: string, answers: readonly string[]): ScriptedCli {
  const asked: string[] = [];
  const printed: string[] = [];
  const next = (question: string): string => {
    const answer = answers[asked.length];
    asked.push(question);
    assert.ok(answer !== undefined, `nobody has an answer to: ${question}`);
    return answer;
  };
  const stream = { write: (text: string) => printed.push(text) };
  return {
    asked,
    printed,
    out: makeOutput(stream, stream, {}),
    ask: questions(next),
    cwd,
    env: {},
    now: () => new Date(),
  };
}

function questions(next: (question: string) => string): Questions {
  const secret = (what: string) => Promise.resolve(next(what));
  return {
    possible: true,
    text: ({ text }, { default: initial = '', check } = {}) => {
      const answer = next(text) || initial;
      assert.equal(check?.(answer), undefined, `${text}: ${answer}`);
      return Promise.resolve(answer);
    },
    confirm: ({ text }, { default: initial = false } = {}) => {
      const answer = next(text);
      return Promise.resolve(answer === '' ? initial : answer === 'y');
    },
    choose: ({ text }, choices) => {
      const answer = next(text);
      const choice = choices.find(({ name }) => name === answer);
      assert.ok(choice, `${text}: ${answer}`);
      return Promise.resolve(choice.value);
    },
    secret,
    newSecret: secret,
  };
}

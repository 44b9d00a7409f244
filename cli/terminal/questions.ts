/**
 * What a command asks a person: on a terminal only. Without one, an error names the option that
 * would have answered. Questions go to stderr, so that stdout keeps the result alone.
 */
import { fault } from '../../core/error/error.ts';
import type { SecretPrompt } from '../../core/signers/secret.ts';

/** What is asked, and the option or setting that answers it where nobody can be asked. */
export interface Question {
  readonly text: string;
  readonly option: string;
}

export interface Questions {
  /** False: every question would end in `usage.no-terminal`. */
  readonly possible: boolean;
  /** A line of text. `check` returns what is wrong with it, or undefined. */
  text(
    question: Question,
    more?: { default?: string; check?: (answer: string) => string | undefined },
  ): Promise<string>;
  confirm(question: Question, more?: { default?: boolean }): Promise<boolean>;
  choose<T>(
    question: Question,
    choices: readonly { readonly name: string; readonly value: T }[],
  ): Promise<T>;
  /** The secret of a key that exists: asked once. */
  readonly secret: SecretPrompt;
  /** The secret of a key that is being made: asked twice. */
  readonly newSecret: SecretPrompt;
}

const secretOption = '?pin-source=file:PATH or ?pin-source=fd:NUMBER in the key URI';

/** @param isTerminal whether a person can be asked: stdin and stderr are a terminal */
export function makeQuestions(isTerminal: boolean): Questions {
  const context = { output: process.stderr };
  const prompts = async ({ text, option }: Question) => {
    if (isTerminal) return import('./prompts.ts');
    throw fault('usage.no-terminal', text, 'there is no terminal to ask on', {
      hint: `give it by ${option}`,
    });
  };
  const secret: SecretPrompt = async (what) => {
    const { password } = await prompts({ text: what, option: secretOption });
    return password({ message: sentence(what) }, context);
  };
  return {
    possible: isTerminal,
    text: async (question, { default: initial, check } = {}) => {
      const { input } = await prompts(question);
      const preset = initial === undefined ? {} : { default: initial };
      const validate = (answer: string) => check?.(answer) ?? true;
      return input({ message: question.text, ...preset, validate }, context);
    },
    confirm: async (question, { default: initial = false } = {}) => {
      const { confirm } = await prompts(question);
      return confirm({ message: question.text, default: initial }, context);
    },
    choose: async (question, choices) => {
      const { select } = await prompts(question);
      return select({ message: question.text, choices }, context);
    },
    secret,
    newSecret: async (what) => {
      const { password } = await prompts({ text: what, option: secretOption });
      const answer = await secret(what);
      const isSame = (again: string) => again === answer || 'the two are not the same';
      await password({ message: `${sentence(what)}, again`, validate: isSame }, context);
      return answer;
    },
  };
}

/** What @inquirer throws when a person ends the question with Ctrl-C. */
export function isCancelled(error: unknown): boolean {
  return error instanceof Error && error.name === 'ExitPromptError';
}

function sentence(what: string): string {
  return `${what.charAt(0).toUpperCase()}${what.slice(1)}`;
}

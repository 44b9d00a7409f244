import type { Choices } from './choices.ts';
import type { Draft } from './draft.ts';

/**
 * Something that people do to a repository, done rightly: it edits a draft and says in words what it
 * did, or returns undefined where there was nothing to do it to, and the draft is as before.
 */
export type Step = (draft: Draft, choices: Choices) => string | undefined;

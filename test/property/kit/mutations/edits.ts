import type { Choices } from '../choices.ts';
import { Draft } from '../draft.ts';
import { pushOf, type Mutation } from './push.ts';
import { randomSigning } from './signing.ts';

/**
 * One change to a draft that means something, not always something good. It says in words on what,
 * or undefined where there is nothing to change.
 */
export type Edit = (draft: Draft, choices: Choices) => string | undefined;

/** The mutation that makes one of these edits; what was edited gets its next version. */
export function editing(edits: readonly (readonly [words: string, edit: Edit])[]): Mutation {
  return (tip, choices) => {
    const draft = new Draft(tip);
    const words = anEdit(edits, draft, choices);
    const { words: signing, sign } = randomSigning(tip, choices);
    return pushOf(`${words}; ${signing}`, draft.seal(sign && { sign }).tree);
  };
}

/** Not every repository has something for every edit. */
function anEdit(
  edits: readonly (readonly [words: string, edit: Edit])[],
  draft: Draft,
  choices: Choices,
): string {
  for (let tries = 0; tries < 5; tries += 1) {
    const [words, edit] = choices.of(edits);
    const detail = edit(draft, choices);
    if (detail !== undefined) return `${words}: ${detail}`;
  }
  return 'nothing';
}

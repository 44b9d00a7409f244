/** Refusals are part of a story: each must come, and for the reason told. */
import type { Ended } from './command.ts';
import type { Stage } from './stage.ts';
import { StoryFailure } from './story-failure.ts';

/**
 * A step that must fail with this code; the sentence that the user reads is shown below it.
 * @throws StoryFailure when the command succeeds, or fails for another reason
 */
export async function refused(
  { steps }: Stage,
  text: string,
  code: string,
  work: () => Promise<Ended>,
): Promise<void> {
  const sentence = await steps.step(`${text}: refused [${code}]`, async () =>
    refusalIn(await work(), code),
  );
  steps.note(sentence);
}

/** The line in which a command, or the hook behind it, names the code. */
export function refusalIn({ command, status, stdout, stderr }: Ended, code: string): string {
  const found = stderr.split('\n').find((line) => line.includes(`[${code}]`));
  if (status !== 0 && found !== undefined) return found.replace(/^remote:\s*/, '').trim();
  const but = status === 0 ? 'it was accepted' : 'it was refused for another reason';
  throw new StoryFailure(
    `${command}\nmust be refused with [${code}], but ${but}`,
    stderr || stdout,
  );
}

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

/** The sentence in which a command, or the hook behind it, names the code. */
export function refusalIn({ command, status, stdout, stderr }: Ended, code: string): string {
  const lines = stderr.split('\n').map((line) => line.replace(/^remote:\s*/, '').trim());
  const at = lines.findIndex((line) => line.includes(`[${code}]`));
  if (status !== 0 && at >= 0) return withWhatFollows(lines.slice(at));
  const but = status === 0 ? 'it was accepted' : 'it was refused for another reason';
  throw new StoryFailure(
    `${command}\nmust be refused with [${code}], but ${but}`,
    stderr || stdout,
  );
}

/** Where a line would be too long the hook goes on in further ones, set in by two spaces. */
function withWhatFollows([first = '', ...others]: readonly string[]): string {
  const end = others.findIndex((line) => !more.test(line));
  const [message, ...hints] = others
    .slice(0, end < 0 ? others.length : end)
    .map((line) => line.replace(more, ''));
  if (message === undefined) return first;
  const joint = first.endsWith(':') ? ' ' : first.endsWith('…') ? ': ' : '; ';
  return [`${first}${joint}${message}`, ...hints].join('; ');
}

const more = /^tuf-on-git: {3}/;

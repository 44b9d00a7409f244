/** Sending a branch, and what a server that does not take it says. */
import { ruleCodes } from '../../core/error/codes.ts';
import { fault, TufOnGitError } from '../../core/error/error.ts';
import type { PushOptions, PushResult, Workspace } from '../../core/git/workspace/workspace.ts';

/** @throws `repository.refused` for want of a token, with the way to name one */
export async function send(git: Workspace, options: PushOptions): Promise<PushResult> {
  try {
    return await git.push(options);
  } catch (cause) {
    if (!(cause instanceof TufOnGitError) || cause.code !== 'repository.refused') throw cause;
    const hint = `${cause.hint ?? 'the operator gives tokens'}; name its file with --token-file`;
    throw fault(cause.code, cause.where, cause.message, { hint, cause });
  }
}

/**
 * Somebody else was quicker: by our own reckoning, by the server's, or by its hook's, for the branch
 * may have moved since the server told where it was.
 */
export function isStale({ reason = '', lines }: PushResult): boolean {
  return (
    /non-fast-forward|fetch first|cannot lock ref|failed to update ref/i.test(reason) ||
    lines.some((text) => text.includes('refused [git.force-push]'))
  );
}

/** The fault under the code that the hook named first, so that scripts can tell one from another. */
export function refused(result: PushResult, branch: string): TufOnGitError {
  const { lines, reason = 'no reason given' } = result;
  if (isStale(result)) {
    const message = 'somebody else pushed to it at the same time';
    return fault('repository.stale', branch, message, { hint: 'try again' });
  }
  const first = lines.findIndex((text) => refusal.test(text));
  const [, named, words = ''] = refusal.exec(lines[first] ?? '') ?? [];
  const code = ruleCodes.find((known) => known === named);
  if (code === undefined) {
    return fault('repository.refused', 'push', `refused by the server: ${reason}`);
  }
  const more = pieces(lines.slice(first + 1));
  return fault(code, 'push', `refused by the server: ${[words, ...more].join(' ')}`);
}

const refusal = /refused \[([a-z-]+\.[a-z0-9-]+)\] (.*)$/;

/** Message and hint, where the hook had no room for them in its first line (hooks/say.ts). */
function pieces(lines: readonly string[]): readonly string[] {
  const texts: string[] = [];
  for (const line of lines) {
    const [, indent = '', text = ''] = /^tuf-on-git: ( {2,3})(\S.*)$/.exec(line) ?? [];
    if (indent === '') break;
    if (indent.length === 2) texts.push(text);
    else texts.push(`${texts.pop() ?? ''} ${text}`);
  }
  return texts.map((text, index) => (index < texts.length - 1 ? `${text};` : text));
}

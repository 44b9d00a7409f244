import { cloneAt, runGit } from '../../test/kit/git.ts';
import type { SourceFile } from './large-tree.ts';

/**
 * Makes commits on `main`, one upon the other, each with some files put in.
 * @param parent where the first is made; undefined: it is the root commit of a new `main`
 * @returns their object ids, oldest first
 */
export async function importCommits(
  repository: string,
  parent: string | undefined,
  commits: Iterable<Iterable<SourceFile>>,
): Promise<string[]> {
  const chunks: Uint8Array[] = [];
  let from = parent === undefined ? '' : `from ${parent}\n`;
  for (const files of commits) {
    chunks.push(Buffer.from(`commit refs/heads/main\n${committer}\ndata 7\nchange\n${from}`));
    for (const [path, bytes] of files) {
      chunks.push(Buffer.from(`M 100644 inline ${path}\ndata ${bytes.length}\n`), bytes, newline);
    }
    from = '';
  }
  const { status, stderr } = await runGit(
    ['-c', 'core.compression=1', 'fast-import', '--quiet', '--force'],
    {
      cwd: repository,
      env: today,
      input: Buffer.concat(chunks),
    },
  );
  if (status !== 0) throw new RangeError(`git fast-import: ${stderr}`);
  const range = parent === undefined ? ['main'] : ['main', `^${parent}`];
  return (await cloneAt(repository).ok('rev-list', '--reverse', ...range)).split('\n');
}

/** The ref's log tells the gate when a commit was received: git takes the time from here. */
const today = { GIT_COMMITTER_DATE: `@${Math.floor(Date.now() / 1000)} +0000` };

const committer = 'committer Alice <alice@example.com> 1767225600 +0000';
const newline = Buffer.from('\n');

/**
 * A copy of a bare repository that is in use: as it was at one moment.
 *
 * Objects are never removed here (`gc.auto` is 0), so what the refs of that moment reach is there
 * when it is copied after them. Refs do move meanwhile, each by itself: they are read until they are
 * the same twice, with their logs in between.
 */
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fault } from '../../error/error.ts';
import { copyTree } from '../../files/copy-tree.ts';
import { gitRepository } from './bare-repository.ts';
import { git } from './git-command.ts';
import { listRefs, type Ref } from './refs.ts';

/** Reading refs takes milliseconds: even a server under load stands still for so long now and then. */
const maxTries = 100;

/**
 * @param to a folder that does not exist
 * @returns the refs that the copy has
 * @throws `repository.missing`, `repository.stale` when it does not stand still, `repository.git`
 *   when the copy is not whole
 */
export async function copyBareRepository(from: string, to: string): Promise<readonly Ref[]> {
  const source = gitRepository(from);
  await mkdir(to);
  const refs = await copyRefs(source, to);
  await copyTree(source.dir, to, { leaveOut: isOfOneMoment });
  const packed = refs.map(({ oid, name }) => `${oid} ${name}\n`).join('');
  await writeFile(join(to, 'packed-refs'), `# pack-refs with: sorted \n${packed}`, { flush: true });
  await mkdir(join(to, 'refs', 'heads'), { recursive: true });
  const copy = { ...gitRepository(to), timeoutMs: 3_600_000 };
  await git(copy, ['fsck', '--connectivity-only', '--no-dangling', '--no-progress']);
  return refs;
}

/** The refs of one moment; their logs are copied. */
async function copyRefs(
  source: ReturnType<typeof gitRepository>,
  to: string,
): Promise<readonly Ref[]> {
  const logs = join(to, 'logs');
  for (let tries = 0; tries < maxTries; tries += 1) {
    const before = await listRefs(source, 'refs');
    await rm(logs, { recursive: true, force: true });
    await copyTree(join(source.dir, 'logs'), logs);
    const after = await listRefs(source, 'refs');
    if (JSON.stringify(before) === JSON.stringify(after)) return after;
  }
  throw fault('repository.stale', source.dir, 'its refs do not stand still', {
    hint: 'try again when fewer pushes come in',
  });
}

function isOfOneMoment(name: string): boolean {
  return (
    /^(refs|logs)(\/|$)|^packed-refs$|\.lock$/.test(name) ||
    /^objects\/((tmp_objdir-)?incoming-|.*\/tmp_|tmp_)/.test(name)
  );
}

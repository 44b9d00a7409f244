/** A18, where one sends by git: a push that breaks off half-way is no push. */
import { readFile, writeFile } from 'node:fs/promises';
import { withstands } from '../kit/attack.ts';
import { signByHand, type HandKey } from '../kit/by-hand.ts';
import type { Ended } from '../kit/command.ts';
import type { Person } from '../kit/person.ts';
import { untilPublished } from '../kit/readiness.ts';
import type { Server } from '../kit/server.ts';
import type { Stage } from '../kit/stage.ts';
import { commit, nextTargets, writeTargets } from '../kit/targets-by-hand.ts';

export interface Pusher {
  /** The operator, in a clone that is at main. */
  readonly work: Person;
  readonly server: Server;
  readonly key: HandKey;
}

export async function cutPush(stage: Stage, pusher: Pusher): Promise<void> {
  await withstands(
    stage,
    {
      ...{ row: 'A18', what: 'the push of a release is cut half-way' },
      victim: () => push(stage, pusher, 0.5),
      control: () => push(stage, pusher, 1),
    },
    'unpack',
  );
}

/** What `git push` sends to `git receive-pack`, or the first part of it. */
async function push(stage: Stage, { work, server, key }: Pusher, share: number): Promise<Ended> {
  const bare = `${server.home}/repository.git`;
  const before = (await work.git('rev-parse', 'HEAD')).trim();
  await writeTargets(work, signByHand(await nextTargets(work), [key]));
  await commit(work, 'targets: once more');
  const after = (await work.git('rev-parse', 'HEAD')).trim();
  const [revisions, pack, sent] = [stage.path('revs'), stage.path('pack'), stage.path('sent')];
  await writeFile(revisions, `${after}\n^${before}\n`);
  const make = 'git pack-objects --quiet --revs --stdout < "$0" > "$1"';
  await work.run('/bin/sh', ['-c', make, revisions, pack]);
  const line = `${before} ${after} refs/heads/main\0report-status`;
  const head = `${(line.length + 4).toString(16).padStart(4, '0')}${line}0000`;
  const bytes = Buffer.concat([Buffer.from(head), await readFile(pack)]);
  await writeFile(sent, bytes.subarray(0, bytes.length * share));
  const ended = await work.run('/bin/sh', ['-c', 'git receive-pack "$0" < "$1"', bare, sent]);
  const isThere = (await work.git('ls-remote', bare, 'refs/heads/main')).startsWith(after);
  if (isThere) await untilPublished(server, after);
  else await work.git('reset', '--quiet', '--hard', before);
  const [reason = ''] = /unpack [^\n]*/.exec(ended.stdout) ?? [];
  return { ...ended, status: isThere ? 0 : 1, stderr: `[unpack] git: ${reason}` };
}

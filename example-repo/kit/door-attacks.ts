/** What is refused at the door, whichever of the two it comes to: a push, or a change by the API. */
import { withstands, type Attack } from './attack.ts';
import { signByHand, type Envelope, type HandKey, type TargetsSigned } from './by-hand.ts';
import { prepare, submit } from './change-by-hand.ts';
import type { Ended } from './command.ts';
import { newest, readReleases } from './content.ts';
import { cloneByGit, type Holder } from './holder.ts';
import type { Person } from './person.ts';
import type { Stage } from './stage.ts';
import { StoryFailure } from './story-failure.ts';
import { commit, nextTargets, writeTargets } from './targets-by-hand.ts';

export interface Door {
  /** Has a token for everything. */
  readonly sender: Holder;
  /** The role that lists the newest lighthouse, and the keys that it needs. */
  readonly role: string;
  readonly keys: readonly HandKey[];
}

/** What somebody makes of the next version of the role. */
type Make = (next: TargetsSigned) => Envelope;
type Send = (make: Make) => Promise<Ended>;

/** A10, A16, A33 and A35. Beside each, the same change without what is wrong with it must get in. */
export async function atTheDoor(stage: Stage, { sender, role, keys }: Door): Promise<void> {
  const work = await cloneByGit(sender);
  const push: Send = (make) => pushed(work, role, make);
  const post: Send = (make) => posted(sender, make);
  const signed = (next: TargetsSigned) => signByHand(next, keys);
  const attack = (row: string, what: string, send: Send, make: Make): Attack => ({
    ...{ row, what, victim: () => send(make), control: () => send(signed) },
  });
  const unsigned: Make = (next) => ({ signed: next, signatures: [] });
  const other: Make = (next) => signed({ ...next, 'x-tuf-on-git-repository': 'harbours-00000000' });
  const named = (target: string): Make => {
    return (next) => signed({ ...next, targets: { ...next.targets, ...entryFor(next, target) } });
  };

  await withstands(
    stage,
    attack('A16', 'an unsigned change is pushed', push, unsigned),
    'role.threshold',
  );
  await withstands(
    stage,
    attack('A16', 'an unsigned change is sent to the API', post, unsigned),
    'role.threshold',
  );
  const escapes = attack('A33', 'a name with terminal escapes is pushed', push, named(hostile[0]));
  await withstands(stage, printable(escapes), 'json.text');
  const html = attack('A33', 'a name in HTML is sent to the API', post, named(hostile[1]));
  await withstands(stage, printable(html), 'path.form');
  await withstands(
    stage,
    attack('A10', 'a target path that leaves the folder is pushed', push, named(outside)),
    'path.form',
  );
  await withstands(
    stage,
    attack('A35', 'metadata of another repository, under the same key, is pushed', push, other),
    'role.other-repository',
  );
}

export const outside = 'lighthouse/lighthouse/../../../.profile';

const hostile = [
  'lighthouse/lighthouse/1.2.0/\u001b[2J\u001b[31mgood',
  'lighthouse/lighthouse/1.2.0/<img src=x onerror=alert(1)>',
] as const;

function entryFor({ targets }: TargetsSigned, target: string): TargetsSigned['targets'] {
  const entry = targets[newest];
  if (entry === undefined) throw new StoryFailure(`${newest} is not there`);
  return { [target]: entry };
}

/** What the attacker put into a name must not reach the terminal of whoever reads the refusal. */
function printable(attack: Attack): Attack {
  return {
    ...attack,
    victim: async () => {
      const ended = await attack.victim();
      if (!ended.stderr.includes('\u001b')) return ended;
      throw new StoryFailure('a terminal escape came through');
    },
  };
}

async function pushed(work: Person, role: string, make: Make): Promise<Ended> {
  await work.git('fetch', '--quiet', 'origin');
  await work.git('reset', '--quiet', '--hard', 'origin/main');
  await writeTargets(work, make(await nextTargets(work, role)), role);
  await commit(work, `${role}: a change`);
  return work.tryGit('push', '--quiet', 'origin', 'HEAD:main');
}

async function posted(sender: Holder, make: Make): Promise<Ended> {
  const content = (await readReleases()).all.get(newest) ?? Buffer.alloc(0);
  const prepared = await prepare(sender, { target: newest, content });
  return submit(sender, prepared, make(prepared.next));
}

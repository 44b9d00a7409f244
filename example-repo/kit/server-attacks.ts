/** The server itself: its disk is copied, comes back from a backup, or shows what it likes. */
import { usesTheSigner } from '../attacks/a12-uses-the-signer.ts';
import { copyOfTheDisk } from '../attacks/a13-copy-of-the-disk.ts';
import { lyingPage } from '../attacks/a34-lying-page.ts';
import { oldBackup } from '../attacks/a15-old-backup.ts';
import type { Source } from './downloader.ts';
import { Person } from './person.ts';
import type { Server } from './server.ts';
import type { Stage } from './stage.ts';
import { stolenSigner } from './stolen-signer.ts';
import type { Storage } from './storage.ts';

export interface Attacked {
  readonly operator: Person;
  readonly server: Server;
  /** A mirror of what is published, and where it is served. */
  readonly storage: Storage;
  readonly source: Source;
  /** The role that lists the newest lighthouse. */
  readonly role: string;
  /** Options of `init` that name the keys. */
  readonly keys: readonly string[];
  /** The folders of an old set, and of a backup from before the newest release. */
  readonly old: string;
  readonly backup: string;
}

/** A12, A13, A15 and A34. */
export async function serverAttacks(stage: Stage, attacked: Attacked): Promise<void> {
  await stage.steps.act('The server: copied, restored, and as it shows itself');
  await attacked.storage.putRight();
  const sign = stolenSigner(stage, attacked.operator, attacked.keys);
  if (sign === undefined) stage.steps.say('  (left out: A12 and A13, for there is no token)');
  else {
    await usesTheSigner(stage, { ...attacked, sign });
    await copyOfTheDisk(stage, attacked);
  }
  await oldBackup(stage, attacked);
  await lyingPage(stage, { ...attacked, auditor: await Person.enter(stage, 'auditor') });
}

/** @returns its folder; nobody needs one in a walk */
export async function takeBackup(
  stage: Stage,
  operator: Person,
  { home }: Server,
): Promise<string> {
  const backup = stage.path('backup');
  if (stage.options.isWalk !== true) await operator.tuf('backup', home, backup);
  return backup;
}

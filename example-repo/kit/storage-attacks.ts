/** The storage of a repository that people upload to: what somebody can do with it, as before. */
import { otherRepository } from '../attacks/a35-other-repository.ts';
import { makeHome } from './ceremony.ts';
import type { Source } from './downloader.ts';
import { oldSets } from './old-sets.ts';
import type { Person } from './person.ts';
import { serverAttacks } from './server-attacks.ts';
import type { Server } from './server.ts';
import type { Stage } from './stage.ts';
import { serveFolder } from './static-server.ts';
import { Storage } from './storage.ts';
import { tamperedStorage } from './tampered-storage.ts';

export interface Stored {
  readonly server: Server;
  readonly source: Source;
  readonly operator: Person;
  /** Options of `init` that name the keys. */
  readonly keys: readonly string[];
  /** The role that lists the newest lighthouse. */
  readonly role: string;
  /** The folders of an old set, and of a backup from then. */
  readonly old: string;
  readonly backup: string;
}

/** A1 to A9, A11 to A13, A15, A34 and A35. */
export async function storageAttacks(stage: Stage, stored: Stored): Promise<void> {
  const { server, source, role, old } = stored;
  const storage = new Storage(stage.path('storage'), `${server.home}/public`);
  await storage.putRight();
  const mirror = { root: source.root, url: await serveFolder(stage, storage.folder) };
  await stage.steps.act('A tampered storage, as before: refused');
  const version = await versionOf(server, role);
  const mismatch = 'metadata.length';
  await tamperedStorage(stage, { storage, source: mirror, role, version, mismatch });
  const other = await makeHome(stage, stored, 'other-home', '--repository', 'harbours');
  const swapped = { storage, source: mirror, other: `${other}/public`, mark: 'harbours' };
  await otherRepository(stage, swapped);
  await stage.steps.act(
    'Old sets: refused by everybody as soon as the life of a timestamp is over',
  );
  await oldSets(stage, { storage, source: mirror, old, regular: 'reader' });
  await serverAttacks(stage, { ...stored, storage, source: mirror });
}

/** The version of a role that is published. */
async function versionOf({ console }: Server, role: string): Promise<number> {
  const response = await fetch(`${console}/api/v1/roles/${role}`);
  return ((await response.json()) as { version: number }).version;
}

/** A31: what a maintainer can spoil, by neglect or on purpose: their own role, and no other. */
import { comesAbout, withstands } from '../kit/attack.ts';
import type { Attacker } from '../kit/attacker.ts';
import { targetEntry, type TargetsSigned } from '../kit/by-hand.ts';
import { clockAhead } from '../kit/clock.ts';
import { succeeded, type Ended } from '../kit/command.ts';
import { freshDownloader } from '../kit/downloader.ts';
import { refusalIn } from '../kit/refusal.ts';
import type { Signer } from '../kit/signer.ts';
import type { Stage } from '../kit/stage.ts';
import { timeToVisible } from '../kit/visible.ts';
import type { ProjectsScene } from './open.ts';

/** The least that the gate takes is an hour; a timestamp lives a day. */
const lifeHours = 2;
const later = { env: clockAhead(lifeHours + 1) };

interface Careless {
  /** Signs harbour, with the key that he has now. */
  readonly bob: Signer;
  /** Sends what bob has signed. */
  readonly attacker: Attacker;
}

export async function ownRoleOnly(
  stage: Stage,
  { server, source }: ProjectsScene,
  { bob, attacker }: Careless,
): Promise<void> {
  const harbour = freshDownloader(stage, source, ['get', 'harbour']);
  const harbourLater = freshDownloader(stage, source, ['get', 'harbour'], later);
  const lighthouseLater = freshDownloader(stage, source, ['get', 'lighthouse'], later);
  await withstands(
    stage,
    {
      ...{ row: 'A31', what: 'bob fills his role, with more than clients read' },
      victim: () => fill(attacker, bob),
      control: harbour,
    },
    'size.targets',
  );
  await comesAbout(
    stage,
    {
      ...{ row: 'A31', what: 'bob signs a role that lives two hours, and goes away for three' },
      mount: async () => {
        await timeToVisible(server, () => letExpire(attacker, bob));
      },
      victim: lighthouseLater,
      control: harbourLater,
    },
    'limited to the role',
    async () => refusalIn(await harbourLater(), 'role.expired'),
  );
  await stage.steps.step('bob comes back and signs: everybody gets the harbour again', async () => {
    await timeToVisible(server, () => renew(bob));
    succeeded(await harbourLater());
  });
}

async function letExpire(attacker: Attacker, { hand }: Signer): Promise<void> {
  const expires = new Date(Date.now() + lifeHours * 3_600_000)
    .toISOString()
    .replace(/\.\d+Z$/, 'Z');
  const edit = (next: TargetsSigned) => ({ ...next, expires });
  succeeded(await attacker.push([{ role: 'harbour', keys: [hand], edit }]));
}

function fill(attacker: Attacker, { hand }: Signer): Promise<Ended> {
  const entry = targetEntry(Buffer.from('a buoy\n'));
  const buoys = Array.from({ length: 40_000 }, (_, at) => `harbour/buoys/${at}/buoy.txt`);
  const targets = Object.fromEntries(buoys.map((target) => [target, entry]));
  return attacker.push([{ role: 'harbour', keys: [hand], edit: (next) => ({ ...next, targets }) }]);
}

async function renew({ work, key }: Signer): Promise<void> {
  // Its status says, too, that it is high time.
  await work.tryTuf('status', '--fetch');
  await work.tuf('role', 'set', 'harbour', '--renew');
  await work.tuf('sign', '--yes', '--key', key.uri);
  await work.tuf('push');
}

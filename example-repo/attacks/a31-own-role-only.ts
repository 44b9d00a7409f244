/** A31: what those who sign a role can spoil, by neglect or on purpose: this role, and no other. */
import { comesAbout, withstands } from '../kit/attack.ts';
import type { Attacker } from '../kit/attacker.ts';
import { targetEntry, type HandKey, type TargetsSigned } from '../kit/by-hand.ts';
import { clockAhead } from '../kit/clock.ts';
import { succeeded, type Ended } from '../kit/command.ts';
import { freshDownloader, type Source } from '../kit/downloader.ts';
import { refusalIn } from '../kit/refusal.ts';
import type { Server } from '../kit/server.ts';
import type { Stage } from '../kit/stage.ts';
import { timeToVisible } from '../kit/visible.ts';

/** The least that the gate takes is an hour; a timestamp lives a day. */
const lifeHours = 2;
const later = { env: clockAhead(lifeHours + 1) };

export interface Careless {
  readonly server: Server;
  readonly source: Source;
  /** Whoever signs harbour. */
  readonly who: string;
  readonly keys: readonly HandKey[];
  /** Sends what they have signed. */
  readonly attacker: Attacker;
  /** They sign a version that lives as long as others do. */
  readonly renew: () => Promise<unknown>;
}

export async function ownRoleOnly(
  stage: Stage,
  { server, source, who, keys, attacker, renew }: Careless,
): Promise<void> {
  const harbour = freshDownloader(stage, source, ['get', 'harbour']);
  const harbourLater = freshDownloader(stage, source, ['get', 'harbour'], later);
  const lighthouseLater = freshDownloader(stage, source, ['get', 'lighthouse'], later);
  await withstands(
    stage,
    {
      ...{ row: 'A31', what: `${who} fills harbour, with more than clients read` },
      victim: () => fill(attacker, keys),
      control: harbour,
    },
    'size.targets',
  );
  await comesAbout(
    stage,
    {
      ...{ row: 'A31', what: `${who} signs a role that lives two hours, and is away for three` },
      mount: async () => {
        await timeToVisible(server, () => letExpire(attacker, keys));
      },
      victim: lighthouseLater,
      control: harbourLater,
    },
    'limited to the role',
    async () => refusalIn(await harbourLater(), 'role.expired'),
  );
  await stage.steps.step(
    `${who} comes back and signs: everybody gets the harbour again`,
    async () => {
      await timeToVisible(server, renew);
      succeeded(await harbourLater());
    },
  );
}

async function letExpire(attacker: Attacker, keys: readonly HandKey[]): Promise<void> {
  const expires = new Date(Date.now() + lifeHours * 3_600_000)
    .toISOString()
    .replace(/\.\d+Z$/, 'Z');
  const edit = (next: TargetsSigned) => ({ ...next, expires });
  succeeded(await attacker.push([{ role: 'harbour', keys, edit }]));
}

function fill(attacker: Attacker, keys: readonly HandKey[]): Promise<Ended> {
  const entry = targetEntry(Buffer.from('a buoy\n'));
  const buoys = Array.from({ length: 40_000 }, (_, at) => `harbour/buoys/${at}/buoy.txt`);
  const targets = Object.fromEntries(buoys.map((target) => [target, entry]));
  return attacker.push([{ role: 'harbour', keys, edit: (next) => ({ ...next, targets }) }]);
}

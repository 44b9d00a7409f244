/** A15: what is served comes from a backup, while clients have seen what was published since. */
import { withstands } from '../kit/attack.ts';
import type { Person } from '../kit/person.ts';
import { readinessOf } from '../kit/readiness.ts';
import { serveBeside } from '../kit/second-server.ts';
import type { Server } from '../kit/server.ts';
import type { Stage } from '../kit/stage.ts';

export interface Backup {
  readonly operator: Person;
  readonly server: Server;
  /** The folder of a backup that is older than what clients have seen. */
  readonly backup: string;
}

/** As long as nobody says what clients have seen, nothing is signed: no version comes twice. */
export async function oldBackup(stage: Stage, { operator, server, backup }: Backup): Promise<void> {
  const home = stage.path('restored-home');
  let restored: Server | undefined;
  await withstands(
    stage,
    {
      ...{ row: 'A15', what: 'the server is restored from the backup before the newest release' },
      mount: async () => {
        await operator.tuf('restore', backup, home);
        restored = await serveBeside(stage, operator, home);
      },
      victim: () => readinessOf(restored ?? server),
      control: () => readinessOf(server),
      undo: async () => {
        await restored?.stop();
      },
    },
    'publish.below-floor',
  );
}

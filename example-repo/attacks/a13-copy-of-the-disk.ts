/** A13: somebody has a copy of the server's disk, made later or stolen; the token was not on it. */
import { mkdir, rm } from 'node:fs/promises';
import { withstands } from '../kit/attack.ts';
import { succeeded, type Ended } from '../kit/command.ts';
import type { Person } from '../kit/person.ts';
import { readinessOf } from '../kit/readiness.ts';
import { serveBeside } from '../kit/second-server.ts';
import type { Server } from '../kit/server.ts';
import type { Stage } from '../kit/stage.ts';
import { writeFileAt } from '../kit/folders.ts';

export interface Disk {
  readonly operator: Person;
  readonly server: Server;
}

/**
 * The thief has the settings, the git repository and the file of the PIN, and serves all of it. With a
 * key in a file they would have that too, until root replaces it.
 */
export async function copyOfTheDisk(stage: Stage, { operator, server }: Disk): Promise<void> {
  const thief = operator.with({ SOFTHSM2_CONF: await noToken(stage) });
  const home = stage.path('copied-home');
  await withstands(
    stage,
    {
      ...{
        row: 'A13',
        what: "a copy of the server's disk is served; the token stayed where it is",
      },
      mount: async () => {
        succeeded(await operator.run('cp', ['-R', server.home, home]));
        await rm(`${home}/state/daemon.lock`);
      },
      victim: () => firstWord(stage, thief, home),
      control: () => readinessOf(server),
    },
    'signer.token',
  );
}

async function firstWord(stage: Stage, thief: Person, home: string): Promise<Ended> {
  const copied = await serveBeside(stage, thief, home);
  try {
    return await readinessOf(copied);
  } finally {
    await copied.stop();
  }
}

/** A machine with SoftHSM on it, and no token. @returns its settings */
async function noToken(stage: Stage): Promise<string> {
  const [conf, tokens] = [stage.path('thief/softhsm2.conf'), stage.path('thief/tokens')];
  await mkdir(tokens, { recursive: true, mode: 0o700 });
  await writeFileAt(conf, `directories.tokendir = ${tokens}\nobjectstore.backend = file\n`);
  return conf;
}

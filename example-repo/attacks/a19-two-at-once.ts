/** A19, with a tool that puts what was wanted on what the others have made meanwhile. */
import { comesAbout, requireText } from '../kit/attack.ts';
import type { Ended } from '../kit/command.ts';
import type { Source } from '../kit/downloader.ts';
import { writeFileAt } from '../kit/folders.ts';
import { got } from '../kit/got.ts';
import { byTool, workspace, type Maintainer } from '../kit/maintainer.ts';
import { Middleman } from '../kit/middleman.ts';
import type { Server } from '../kit/server.ts';
import type { Stage } from '../kit/stage.ts';

export interface TwoAtOnce {
  readonly server: Server;
  readonly source: Source;
  readonly maintainer: Maintainer;
  readonly other: {
    /** What they do meanwhile. */
    readonly what: string;
    readonly release: (file: string) => Promise<unknown>;
    /** Where it then is. */
    readonly target: string;
  };
}

export async function twoAtOnce(
  stage: Stage,
  { server, source, maintainer, other }: TwoAtOnce,
): Promise<void> {
  const { person } = maintainer.holder;
  const between = await Middleman.enter(stage, server.console);
  const release = byTool(await workspace(source, maintainer, between.url));
  const file = person.path('dist/piers.txt');
  await writeFileAt(file, 'three piers\n');
  const targetOf = (product: string) => `${maintainer.project}/${product}/1.0.0/piers.txt`;
  const both = async ({ stderr }: Ended) => {
    for (const target of [targetOf('buoys'), other.target]) await got(stage, source, target);
    return requireText(stderr, 'somebody else was quicker');
  };
  await comesAbout(
    stage,
    {
      row: 'A19',
      what: `${other.what} between what ${person.name} has signed and its arrival`,
      mount: () => {
        between.once('POST', /\/git-receive-pack$/, async () => {
          await other.release(file);
          return undefined;
        });
        return Promise.resolve();
      },
      victim: () => release(targetOf('buoys'), file),
      control: () => release(targetOf('moorings'), file),
    },
    're-applied',
    both,
  );
}

/** Something real: this project itself, as npm packs it, signed by two and downloaded. */
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { run, succeeded } from '../kit/command.ts';
import type { Person } from '../kit/person.ts';
import type { Stage } from '../kit/stage.ts';
import { duration } from '../kit/steps.ts';
import { StoryFailure } from '../kit/story-failure.ts';
import { top } from '../kit/tuf-on-git.ts';
import { timeToVisible } from '../kit/visible.ts';
import type { EventsScene } from './open.ts';
import { propose } from './release.ts';

/** @param downloader knows the repository */
export async function releaseThisProject(
  stage: Stage,
  { alice, carol, server }: EventsScene,
  downloader: Person,
): Promise<void> {
  const { steps } = stage;
  const file = await steps.step('npm packs this project', () => pack(stage, alice.person));
  const version = await versionOfThis();
  const target = `tuf-on-git/tuf-on-git/${version}/${path.basename(file)}`;
  const missing = await steps.step(`alice proposes ${target}`, () =>
    propose(alice, `tuf-on-git-${version}`, [[target, file]]),
  );
  steps.note(missing);
  const times = await steps.step('carol looks at it and signs: it lands, and is published', () =>
    timeToVisible(server, () => carol.work.tuf('sign', `tuf-on-git-${version}`, '--yes')),
  );
  steps.note(
    `the command took ${duration(times.work)}; until clients see it: ${duration(times.visible)}`,
  );
  await steps.step('the downloader gets tuf-on-git: downloaded and verified', () =>
    downloader.tuf('get', 'tuf-on-git'),
  );
  await steps.step('it is the file that alice packed, byte for byte', async () => {
    const got = downloader.path(path.basename(file));
    if ((await readFile(got)).equals(await readFile(file))) return;
    throw new StoryFailure(`${got} differs from ${file}`);
  });
}

async function pack(stage: Stage, { folder, env }: Person): Promise<string> {
  const args = ['pack', '--silent', '--ignore-scripts', '--pack-destination', folder];
  const npm = { cwd: top, env: { ...env, PATH: process.env['PATH'] } };
  return path.join(folder, succeeded(await run(stage, 'npm', args, npm)).trim());
}

async function versionOfThis(): Promise<string> {
  const text = await readFile(path.join(top, 'package.json'), 'utf8');
  return (JSON.parse(text) as { version: string }).version;
}

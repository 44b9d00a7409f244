/** A maintainer releases something real: this project itself, as npm packs it. */
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { run, succeeded } from '../kit/command.ts';
import type { Person } from '../kit/person.ts';
import type { Stage } from '../kit/stage.ts';
import { top } from '../kit/tuf-on-git.ts';
import { cloneWorkspace, pushUntilVisible } from './maintainer.ts';
import type { Keyed, Scene } from './scene.ts';

/** A file that was released, and the target path it got. */
export interface Release {
  readonly target: string;
  readonly file: string;
}

export async function release(stage: Stage, scene: Scene, alice: Keyed): Promise<Release> {
  const { steps } = stage;
  const file = await steps.step('npm packs this project', () => pack(stage, alice.person));
  const work = await steps.step('alice clones, with no git installed', () =>
    cloneWorkspace(scene, alice),
  );
  const target = `tuf-on-git/tuf-on-git/${await version()}/${path.basename(file)}`;
  await publish(stage, scene, work, { target, file });
  return { target, file };
}

/** add, sign, push: what every release is. */
export async function publish(
  stage: Stage,
  scene: Scene,
  work: Person,
  { target, file }: Release,
): Promise<void> {
  const { steps } = stage;
  const { name } = work;
  await steps.step(`${name} adds ${target}`, () => work.tuf('add', target, file));
  await steps.step(`${name} signs what the command shows`, () => work.tuf('sign', '--yes'));
  await pushUntilVisible(stage, scene, work);
}

async function pack(stage: Stage, { folder, env }: Person): Promise<string> {
  const args = ['pack', '--silent', '--ignore-scripts', '--pack-destination', folder];
  const npm = { cwd: top, env: { ...env, PATH: process.env['PATH'] } };
  return path.join(folder, succeeded(await run(stage, 'npm', args, npm)).trim());
}

async function version(): Promise<string> {
  const text = await readFile(path.join(top, 'package.json'), 'utf8');
  return (JSON.parse(text) as { version: string }).version;
}

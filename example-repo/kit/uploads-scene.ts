/** Where the stories of uploads play: a gate, a daemon, and people who may send to it. */
import path from 'node:path';
import { fastForward } from '../attacks/a14-fast-forward.ts';
import { Attacker } from './attacker.ts';
import { readHandKey, type HandKey } from './by-hand.ts';
import { makeHome, makeKeys, type Ceremony } from './ceremony.ts';
import { succeeded, type Ended } from './command.ts';
import { readReleases, type Content } from './content.ts';
import { newDownloader, type Source } from './downloader.ts';
import { editJson, writeFileAt } from './folders.ts';
import { giveToken, type Holder } from './holder.ts';
import { Person } from './person.ts';
import { takeBackup } from './server-attacks.ts';
import { serve, type Server } from './server.ts';
import type { Stored } from './storage-attacks.ts';
import type { Stage } from './stage.ts';
import { copyPublic } from './visible.ts';
import type { Gated } from './uploads-attacks.ts';

export interface UploadsScene {
  readonly ceremony: Ceremony;
  readonly operator: Person;
  readonly server: Server;
  /** Where clients read, and the root that they start from. */
  readonly source: Source;
  /** The operator, in a clone of the repository. */
  readonly work: Person;
  /** There is one role, with one key: everybody has it who releases. */
  readonly role: 'targets';
  readonly keys: readonly [HandKey];
  readonly alice: Holder;
  readonly bob: Holder;
}

/** Releases a file under a target path, the way of a milestone. */
export type Releaser = (target: string, file: string) => Promise<Ended>;

/** How much each token may have in the store that is not public yet, in bytes. */
export const quotaBytes = 12 << 20;

export function limitUploads(home: string): Promise<void> {
  return editJson<object>(`${home}/config.json`, (config) => ({
    ...config,
    uploads: { quotaBytes },
  }));
}

export const everything = ['git:push', 'blob:put', 'change:submit'].flatMap((scope) => [
  '--scope',
  scope,
]);

export async function openUploads(stage: Stage): Promise<UploadsScene> {
  const { steps } = stage;
  const ceremony = await makeKeys(stage);
  const { operator, targetsKey } = ceremony;
  const home = await steps.step('the repository is made, with its hook', () =>
    makeHome(stage, ceremony, 'home', '--repository', 'lights'),
  );
  await limitUploads(home);
  const server = await steps.step('the daemon serves: clients, git over HTTP, the upload API', () =>
    serve(stage, operator, home),
  );
  steps.note(`content ${server.content}, console ${server.console}`);
  const [alice, bob] = await steps.step('alice and bob get tokens from the operator', async () => [
    await giveToken(operator, server, await Person.enter(stage, 'alice'), ...everything),
    await giveToken(operator, server, await Person.enter(stage, 'bob'), ...everything),
  ]);
  await operator.git('clone', '--quiet', `${home}/repository.git`, 'work');
  const source = { root: `${home}/trust/root.json`, url: server.content };
  const key = await readHandKey(targetsKey.file);
  const work = operator.in('work');
  return { ceremony, operator, work, server, source, role: 'targets', keys: [key], alice, bob };
}

export interface Released {
  /** The folder of what was published before the newest release, and of a backup from then. */
  readonly old: string;
  readonly backup: string;
  /** Somebody who has seen all of it. */
  readonly downloader: Person;
}

/** The content of all milestones, one file after the other. */
export async function releaseContent(
  stage: Stage,
  { alice, operator, server, source }: UploadsScene,
  release: Releaser,
): Promise<Released> {
  const { steps } = stage;
  const { before, all } = await readReleases();
  const newer = new Map([...all].filter(([target]) => !before.has(target)));
  await steps.step('alice releases what there is so far', () => each(alice, before, release));
  const old = stage.path('old');
  await copyPublic(server, old);
  const backup = await takeBackup(stage, operator, server);
  await steps.step('and the newest lighthouse, the same way', () => each(alice, newer, release));
  const downloader = await newDownloader(stage, 'downloader', source);
  await steps.step('a downloader gets it, verified', () => downloader.tuf('get', 'lighthouse'));
  return { old, backup, downloader };
}

async function each({ person }: Holder, content: Content, release: Releaser): Promise<void> {
  for (const [target, bytes] of content) {
    const file = person.path('dist', path.basename(target));
    await writeFileAt(file, bytes);
    succeeded(await release(target, file));
  }
}

/** What attacks on the gate and the store must know. */
export function gated(scene: UploadsScene, { downloader }: Released): Gated {
  return { ...scene, project: 'harbour', downloader };
}

/** A14, where one key makes root. */
export async function onlineKeyReplaced(stage: Stage, scene: UploadsScene): Promise<void> {
  const { ceremony, operator, server, source } = scene;
  const pusher = await Attacker.enter(stage, operator, server, 'pusher');
  const { keys, rootKey } = ceremony;
  await fastForward(stage, { operator, server, source, keys, pusher, root: [rootKey] });
}

/** What attacks on the storage must know. */
export function stored(
  { ceremony: { keys }, operator, server, source }: UploadsScene,
  { old, backup }: Released,
): Stored {
  return { server, source, operator, keys, role: 'targets', old, backup };
}

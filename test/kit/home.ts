/**
 * A real HOME in a throw-away folder, quick enough to make one for each test: unencrypted file keys,
 * commits written straight into the bare repository, as somebody with an account there could.
 */
import assert from 'node:assert/strict';
import { rmSync } from 'node:fs';
import { cp, mkdir, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { openBareRepository, type BareRepository } from '../../core/git/binary/bare-repository.ts';
import { initBareRepository } from '../../core/git/binary/init-bare.ts';
import { tufOnGit } from '../../core/git/binary/person.ts';
import type { ObjectId } from '../../core/git/object-id.ts';
import type { ConfigInput } from '../../core/home/config.ts';
import { writeJsonFile } from '../../core/home/json-file.ts';
import { homePaths, type HomePaths } from '../../core/home/layout.ts';
import { writeSignerSettings, type SignerSettingsInput } from '../../core/home/signer-settings.ts';
import type { JsonObject } from '../../core/metadata/json.ts';
import type { PublicKey } from '../../core/metadata/keys.ts';
import { mainRef } from '../../core/rules/ref-rules.ts';
import { generateKey } from '../../core/signers/open-signer.ts';
import {
  aliceSigned,
  entryOf,
  fileOf,
  keysOf,
  people,
  putRole,
  putRoot,
  putTarget,
  rootSigned,
  targetsSigned,
  roleSigned,
  type Tree,
} from './source-tree.ts';

export interface HomeOptions {
  readonly config?: Omit<ConfigInput, 'format'>;
  readonly signer?: Omit<SignerSettingsInput, 'format' | 'keys'>;
}

export interface TestHome {
  readonly dir: string;
  readonly paths: HomePaths;
  readonly git: BareRepository;
  /** The files of the tip of `main`, as committed last. */
  readonly tree: Tree;
  /** The online key that root names and the signer holds: a file key in HOME/signer. */
  readonly online: PublicKey;
  /** Changes files and commits them onto `main`, past any hook. */
  commit(change: (tree: Tree) => void, time?: Date): Promise<ObjectId>;
  /** Commits the next version of alice's role, with one more target; returns the target path. */
  release(version: string, content?: string, time?: Date): Promise<string>;
  tip(): Promise<ObjectId>;
  remove(): Promise<void>;
}

/** A HOME with one commit on `main` and nothing published yet. */
export async function makeHome(options: HomeOptions = {}): Promise<TestHome> {
  template ??= makeTemplate();
  const home = await copyHome(await template);
  await writeJsonFile(home.paths.config, { ...quietConfig, ...options.config });
  await writeSignerSettings(home.paths.signer, { ...oneKey, ...options.signer });
  return home;
}

/** Another HOME, in the state that this one is in. No daemon may run there. */
export async function copyHome(home: TestHome): Promise<TestHome> {
  const dir = await freshFolder();
  await cp(home.dir, dir, { recursive: true });
  return openTestHome(dir, new Map(home.tree), home.online);
}

let template: Promise<TestHome> | undefined;

/** Made once in a run: what takes time is the same for all. */
async function makeTemplate(): Promise<TestHome> {
  const dir = await freshFolder();
  process.once('exit', () => {
    rmSync(dir, { recursive: true, force: true });
  });
  const paths = homePaths(dir);
  for (const folder of [paths.state, paths.public, paths.hooks, path.dirname(paths.pinnedRoot)]) {
    await mkdir(folder, { recursive: true });
  }
  await writeSignerSettings(paths.signer, oneKey);
  // Its signatures differ each time, as those of most tokens do.
  const online = await generateKey(
    `file:${path.join(paths.signer, 'online.json')}`,
    'ecdsa-sha2-nistp256',
    { unsafePlaintext: true },
  );
  const tree = firstTree(online);
  await writeFile(paths.pinnedRoot, tree.get('metadata/root.json') ?? '');
  await initBareRepository(paths.repository, { hooksPath: '../hooks' });
  const home = openTestHome(dir, new Map(), online);
  await home.commit((files) => {
    for (const [file, bytes] of tree) files.set(file, bytes);
  });
  await home.git.close();
  return home;
}

export const quietConfig = {
  format: 1,
  content: { listen: '127.0.0.1:0' },
  console: { listen: '127.0.0.1:0' },
  logLevel: 'silent',
};
const oneKey: SignerSettingsInput = { format: 1, keys: ['file:online.json'] };

async function freshFolder(): Promise<string> {
  return realpath(await mkdtemp(path.join(tmpdir(), 'tuf-on-git-home-')));
}

function openTestHome(dir: string, tree: Tree, online: PublicKey): TestHome {
  const paths = homePaths(dir);
  const git = openBareRepository(paths.repository);
  let committed: Tree = new Map(tree);
  const commit: TestHome['commit'] = async (change, time = new Date()) => {
    change(tree);
    const oid = await commitTree(git, committed, tree, time);
    committed = new Map(tree);
    return oid;
  };
  return {
    dir,
    paths,
    git,
    tree,
    online,
    commit,
    release: async (version, content = `tool ${version}`, time = new Date()) => {
      const file = `alice-project/tool/${version}/tool.tgz`;
      await commit((files) => {
        addRelease(files, file, content);
      }, time);
      return file;
    },
    tip: async () => (await git.resolveRef(mainRef)) ?? assert.fail('main has no commit'),
    remove: async () => {
      await git.close();
      await rm(dir, { recursive: true, force: true, maxRetries: 3 });
    },
  };
}

/** Replaces a role by its next version, signed by `keys`. */
export function nextVersion(
  tree: Tree,
  role: keyof typeof keysOfRole,
  change: (signed: JsonObject) => JsonObject = (signed) => signed,
): void {
  const signed = signedOf(tree, role);
  const next = change({ ...signed, version: Number(signed['version']) + 1, expires: inAYear() });
  if (role === 'root') putRoot(tree, next, keysOfRole.root);
  else putRole(tree, role, next, keysOfRole[role]);
}

/** A root whose snapshot and timestamp are signed by this key alone. */
export function withOnlineKey(signed: JsonObject, key: PublicKey): JsonObject {
  const online = { keyids: [key.keyid], threshold: 1 };
  const before = signed['roles'] as { timestamp: { keyids: string[] } };
  const keys = Object.entries(signed['keys'] as JsonObject).filter(
    ([keyid]) => !before.timestamp.keyids.includes(keyid),
  );
  return {
    ...signed,
    keys: { ...Object.fromEntries(keys), [key.keyid]: key.json },
    roles: { ...before, snapshot: online, timestamp: online },
  };
}

export function addRelease(
  tree: Tree,
  file: string,
  content: string,
  role: 'alice' | 'bob' = 'alice',
): void {
  putTarget(tree, file, content);
  nextVersion(tree, role, (signed) => ({
    ...signed,
    targets: { ...(signed['targets'] as JsonObject), [file]: entryOf(tree, file) },
  }));
}

export function signedOf(tree: Tree, role: string): JsonObject {
  const text = Buffer.from(tree.get(`metadata/${role}.json`) ?? '').toString('utf8');
  return (JSON.parse(text) as { signed: JsonObject }).signed;
}

function inAYear(): string {
  return daysAhead(365);
}

/** So many days ahead of the machine's clock, which the signer and the rules go by. */
export function daysAhead(days: number): string {
  const time = new Date(Math.floor(Date.now() / 1000) * 1000 + days * 86_400_000);
  return time.toISOString().replace('.000Z', 'Z');
}

const keysOfRole = {
  root: [people.root1, people.root2],
  targets: [people.admin],
  alice: [people.alice],
  bob: [people.bob],
};

/** A valid tree of version 1 of everything, as of now. */
function firstTree(online: PublicKey): Tree {
  const tree: Tree = new Map();
  const { root1, root2, root3, admin, alice, bob } = people;
  const expires = inAYear();
  putTarget(tree, fileOf.alice, 'alice’s tool');
  putTarget(tree, fileOf.bob, 'bob’s app');
  const root = rootSigned(1);
  const onlineRole = { keyids: [online.keyid], threshold: 1 };
  putRoot(
    tree,
    {
      ...root,
      expires,
      keys: keysOf(root1, root2, root3, admin, online),
      roles: { ...(root['roles'] as JsonObject), snapshot: onlineRole, timestamp: onlineRole },
    },
    keysOfRole.root,
  );
  putRole(tree, 'targets', { ...targetsSigned(1), expires }, [admin]);
  putRole(tree, 'alice', { ...aliceSigned(tree, 1), expires }, [alice]);
  const bobs = roleSigned(1, { [fileOf.bob]: entryOf(tree, fileOf.bob) });
  putRole(tree, 'bob', { ...bobs, expires }, [bob]);
  return tree;
}

async function commitTree(
  git: BareRepository,
  before: Tree,
  after: Tree,
  time: Date,
): Promise<ObjectId> {
  const edits = new Map<string, ObjectId | undefined>();
  for (const [file, bytes] of after) {
    if (before.get(file) !== bytes) edits.set(file, await git.writeBlob(bytes));
  }
  for (const file of before.keys()) if (!after.has(file)) edits.set(file, undefined);
  const parent = await git.resolveRef(mainRef);
  const oid = await git.writeCommit({
    tree: await git.writeTree(parent, edits),
    parents: parent === undefined ? [] : [parent],
    message: 'metadata: change',
    author: tufOnGit,
    time,
  });
  await git.updateRef({ ref: mainRef, from: parent, to: oid, message: 'test', time });
  return oid;
}

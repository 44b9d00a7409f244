import { rm, writeFile, mkdir } from 'node:fs/promises';
import path from 'node:path';
import type { JsonObject } from '../../core/metadata/json.ts';
import type { PublicKey } from '../../core/metadata/keys.ts';
import { installHooks } from '../../hooks/install.ts';
import { gitSandbox, type Clone, type GitRun, type GitSandbox } from './git.ts';
import { putBlob } from './blobs.ts';
import type { Tree } from './source-tree.ts';

const programs = path.resolve(import.meta.dirname, '../../dist/bin');

/** A bare repository behind the real hook, and a clone to push from. */
export interface GatedRepository {
  readonly sandbox: GitSandbox;
  readonly clone: Clone;
  /** Makes the clone's files exactly those of the tree and commits them. */
  commit(tree: Tree, message?: string): Promise<string>;
  push(...args: string[]): Promise<GitRun>;
  /** Puts a file into the blob store that the hook looks in; returns its SHA-256. */
  putBlob(content: string): Promise<string>;
  /** Writes `gate` of the config.json that the hook reads. */
  setGate(gate: JsonObject): Promise<void>;
  /** The codes of the lines `refused [code]`, in their order. */
  refusals(run: GitRun): string[];
  /** Those of the lines `notice [code]`. */
  notices(run: GitRun): string[];
}

export interface GatedOptions {
  /** What the daemon's signer is said to hold; absent: the hook knows of no signer. */
  readonly onlineKeys?: readonly PublicKey[];
}

export async function gatedRepository(
  pinnedRoot: Uint8Array,
  { onlineKeys }: GatedOptions = {},
): Promise<GatedRepository> {
  const sandbox = await gitSandbox();
  const hooksDir = path.join(sandbox.dir, 'hooks');
  const pinnedFile = path.join(sandbox.dir, 'root.json');
  const blobs = path.join(sandbox.dir, 'blobs');
  await writeFile(pinnedFile, pinnedRoot);
  const onlineFile = path.join(sandbox.dir, 'online-keys.json');
  if (onlineKeys !== undefined) {
    await writeFile(onlineFile, JSON.stringify(onlineKeys.map(({ json }) => json)));
  }
  const config = path.join(sandbox.dir, 'config.json');
  const setGate = (gate: JsonObject) => writeFile(config, JSON.stringify({ format: 1, gate }));
  await setGate({});
  await installHooks({
    hooksDir,
    pinnedRoot: pinnedFile,
    blobs,
    failureLog: path.join(sandbox.dir, 'hook-failures.log'),
    config,
    ...(onlineKeys === undefined ? {} : { onlineKeys: onlineFile }),
    program: path.join(programs, 'pre-receive.cjs'),
  });
  const clone = await sandbox.clone();
  return {
    sandbox,
    clone,
    setGate,
    commit: async (tree, message = 'metadata: change') => {
      await writeTree(clone.dir, tree);
      return clone.commit(message);
    },
    push: (...args) => clone.git('push', '--porcelain', ...(args.length > 0 ? args : defaultPush)),
    putBlob: (content) => putBlob(blobs, content),
    refusals: (run) => codesTold(run, 'refused'),
    notices: (run) => codesTold(run, 'notice'),
  };
}

function codesTold({ stderr }: GitRun, verb: 'refused' | 'notice'): string[] {
  const lines = stderr.matchAll(RegExp(`tuf-on-git: ${verb} \\[([a-z0-9.-]+)\\]`, 'g'));
  return [...lines].map(([, code = '']) => code);
}

const defaultPush = ['origin', 'HEAD:refs/heads/main'];

/** Makes the metadata, targets and invitations of a folder exactly those of the tree. */
export async function writeTree(dir: string, tree: Tree): Promise<void> {
  for (const place of ['metadata', 'targets', '.signing-event-state']) {
    await rm(path.join(dir, place), { recursive: true, force: true });
  }
  for (const [file, bytes] of tree) {
    await mkdir(path.dirname(path.join(dir, file)), { recursive: true });
    await writeFile(path.join(dir, file), bytes);
  }
}

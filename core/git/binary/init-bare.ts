import { mkdir, readdir } from 'node:fs/promises';
import { fault } from '../../error/error.ts';
import { gitRepository } from './bare-repository.ts';
import { bareEnvironment, git, type GitRepository } from './git-command.ts';

export interface BareSettings {
  /** Absolute, and outside the repository, so that what can write to it cannot change the hooks. */
  readonly hooksPath?: string;
  /** The most that one push may bring, packed. Default 256 MiB. */
  readonly maxPushBytes?: number;
}

/**
 * Makes the server's repository: bare, SHA-1, branch `main`, configured for one gate.
 * @param dir absent or empty
 * @throws `repository.refused` when something is there already
 */
export async function initBareRepository(dir: string, settings: BareSettings = {}): Promise<void> {
  await mkdir(dir, { recursive: true });
  if ((await readdir(dir)).length > 0) {
    throw fault('repository.refused', dir, 'the folder is not empty', {
      hint: 'name a folder that does not exist yet',
    });
  }
  const target = { dir, env: bareEnvironment(), timeoutMs: 60_000 };
  const form = ['--bare', '--object-format=sha1', '--initial-branch=main', '--template='];
  await git(target, ['init', '--quiet', ...form, dir]);
  await configureBareRepository(dir, settings);
}

/**
 * The same settings for a repository that exists; what else is configured there stays.
 * @throws `repository.missing` when there is none
 */
export async function configureBareRepository(
  dir: string,
  settings: BareSettings = {},
): Promise<void> {
  const repository = gitRepository(dir);
  const { hooksPath, maxPushBytes = 256 * 1024 * 1024 } = settings;
  const all = {
    ...gate,
    ...durability,
    ...locks,
    ...http,
    'receive.maxInputSize': String(maxPushBytes),
  };
  for (const [name, value] of Object.entries(all)) await configure(repository, name, value);
  if (hooksPath !== undefined) await configure(repository, 'core.hooksPath', hooksPath);
}

/**
 * What git itself refuses, after the hook has given its better reasons. Event branches go away only
 * by landing or withdrawal, which the daemon does without a push: so no push deletes anything.
 */
const gate = {
  'receive.fsckObjects': 'true',
  'receive.denyDeletes': 'true',
  'receive.denyNonFastForwards': 'true',
  'receive.shallowUpdate': 'false',
  'receive.advertisePushOptions': 'false',
  // Hidden from pushes only: the daemon's record is there for everybody to fetch and audit.
  'receive.hideRefs': 'refs/tuf',
} as const;

/** The log of main tells when each commit was received: it is kept for good, as are objects. */
const durability = {
  'core.fsync': 'all',
  'core.logAllRefUpdates': 'always',
  'gc.auto': '0',
  'gc.reflogExpire': 'never',
  'gc.reflogExpireUnreachable': 'never',
  'maintenance.auto': 'false',
  'receive.autogc': 'false',
  'receive.unpackLimit': '1',
} as const;

/**
 * How long git waits for the lock of a ref, in milliseconds. Whoever holds it waits for the disk: git's
 * own 100 ms end on a busy one, in an error of whoever came second.
 */
const locks = {
  'core.filesRefLockTimeout': '5000',
  'core.packedRefsTimeout': '5000',
} as const;

/** Who may push is decided in front of git (daemon/http); the files of the dumb protocol are nobody's. */
const http = {
  'http.receivepack': 'true',
  'http.getanyfile': 'false',
} as const;

async function configure(repository: GitRepository, name: string, value: string): Promise<void> {
  await git(repository, ['config', '--replace-all', name, value]);
}

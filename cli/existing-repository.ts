/** The gate, put in front of a bare repository that exists. */
import { mkdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { replaceDurably } from '../core/files/durable-file.ts';
import { fault } from '../core/error/error.ts';
import { receiptSlackMs, verifyHistory } from '../core/gate/history.ts';
import { openBareRepository, type BareRepository } from '../core/git/binary/bare-repository.ts';
import { configureBareRepository } from '../core/git/binary/init-bare.ts';
import { TrustedSet } from '../core/metadata/trusted-set.ts';
import type { Document } from '../core/metadata/document.ts';
import { installGate } from './hooks.ts';
import { refusedHistory } from './audit/refused-history.ts';

export interface InstalledGate {
  /** The folder of the hooks and of the pinned root, beside the repository. */
  readonly hooks: string;
  /** The pinned root. */
  readonly root: string;
}

/**
 * Installs the hooks and pins a root, in a folder beside the repository: `tuf.gate` for `tuf.git`.
 * What is on `main` already must hold under that root.
 * @throws `repository.missing`, `home.exists` when another root is pinned, what is wrong with the
 *   root, or the rule that `main` breaks
 */
export async function installIntoRepository(
  directory: string,
  rootFile: string,
  now: Date,
): Promise<InstalledGate> {
  const repository = openBareRepository(directory);
  try {
    const bytes = await readRoot(rootFile);
    const { root } = TrustedSet.fromRoot(bytes, { referenceTime: now });
    await verifyMain(repository, root);
    const hooks = `${repository.dir.replace(/\.git$/, '')}.gate`;
    const pinned = path.join(hooks, 'root.json');
    await pin(pinned, bytes);
    await installGate(hooks, pinned);
    await configureBareRepository(repository.dir, { hooksPath: `../${path.basename(hooks)}` });
    return { hooks, root: pinned };
  } finally {
    await repository.close();
  }
}

async function readRoot(file: string): Promise<Uint8Array> {
  return readFile(file).catch((cause: unknown) => {
    throw fault('usage.argument', file, 'the root file cannot be read', { cause });
  });
}

async function verifyMain(repository: BareRepository, pinnedRoot: Document<'root'>): Promise<void> {
  const ref = 'refs/heads/main';
  const tip = await repository.resolveRef(ref);
  if (tip === undefined) return;
  const { bad } = await verifyHistory(repository, undefined, tip, {
    pinnedRoot,
    onlineKeys: undefined,
    receiptSlackMs,
    // Where nobody noted when a commit came, its own time is the best there is.
    receivedAt: async (commit) =>
      (await repository.receipt(ref, commit))?.time ??
      (await repository.commit(commit)).committedAt,
  });
  if (bad !== undefined) throw refusedHistory(bad);
}

async function pin(file: string, bytes: Uint8Array): Promise<void> {
  const there = await readFile(file).catch(() => undefined);
  if (there === undefined) {
    await mkdir(path.dirname(file), { recursive: true });
    await replaceDurably(file, bytes);
  } else if (!there.equals(bytes)) {
    throw fault('home.exists', file, 'another root is pinned here already', {
      hint: 'remove it yourself when that is what you want',
    });
  }
}

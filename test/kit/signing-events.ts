/**
 * People who push to signing events, and to `main` beside them, from one clone: each push is a commit
 * onto what the server has there, with the files changed as the test says.
 */
import { sign } from 'node:crypto';
import { formatDocument, type RoleSignature } from '../../core/metadata/document.ts';
import type { JsonObject } from '../../core/metadata/json.ts';
import { proofBytes } from '../../core/rules/events/invitations.ts';
import { writeTree } from './gated-repository.ts';
import { runGit, type Clone, type GitRun } from './git.ts';
import { signedOf } from './home.ts';
import {
  delegationTo,
  entryOf,
  inDays,
  keysOf,
  people,
  putRole,
  putRoot,
  putTarget,
  signaturesOf,
  type TestKey,
  type Tree,
} from './source-tree.ts';

/** Changes the files of a branch in place; `main` are those of the tip of `main`. */
export type EventChange = (tree: Tree, main: Tree) => unknown;

export interface EventPushes {
  /** Commits onto the event, which begins at `main` where it is not there yet, and pushes. */
  push(event: string, change: EventChange): Promise<GitRun>;
  pushMain(change: EventChange): Promise<GitRun>;
  /** The files that the server has on `main`, or on `sign/NAME`. */
  tree(branch?: string): Promise<Tree>;
}

export function eventPushes(clone: Clone): EventPushes {
  const fetch = () => clone.ok('fetch', '--quiet', '--prune', 'origin');
  const push = async (branch: string, change: EventChange): Promise<GitRun> => {
    await fetch();
    const isThere = (await clone.git('rev-parse', '--verify', `origin/${branch}`)).status === 0;
    const from = `origin/${isThere ? branch : 'main'}`;
    await clone.ok('checkout', '--quiet', '--force', '-B', 'work', from);
    const tree = await readTree(clone, from);
    change(tree, await readTree(clone, 'origin/main'));
    await writeTree(clone.dir, tree);
    await clone.commit(`${branch}: change`);
    return clone.git('push', '--porcelain', 'origin', `HEAD:refs/heads/${branch}`);
  };
  return {
    push: (event, change) => push(`sign/${event}`, change),
    pushMain: (change) => push('main', change),
    tree: async (branch = 'main') => {
      await fetch();
      return readTree(clone, `origin/${branch}`);
    },
  };
}

async function readTree(clone: Clone, commit: string): Promise<Tree> {
  const paths = (await clone.ok('ls-tree', '-r', '-z', '--name-only', commit)).split('\0');
  const names = paths.filter((path) => path !== '');
  const input = names.map((path) => `${commit}:${path}\n`).join('');
  const { stdout } = await runGit(['cat-file', '--batch'], { cwd: clone.dir, input });
  const tree: Tree = new Map();
  let at = 0;
  for (const path of names) {
    const end = stdout.indexOf('\n', at);
    const size = Number(stdout.toString('latin1', at, end).split(' ')[2]);
    tree.set(path, stdout.subarray(end + 1, end + 1 + size));
    at = end + 1 + size + 1;
  }
  return tree;
}

const { root1, root2, admin, alice, bob, carol } = people;

/**
 * More than one person for each role: two of admin, bob and carol sign targets, alice and carol sign
 * alice's project, bob alone his own. Versions 2 of root, targets and alice.
 */
export function makeTeams(tree: Tree, policy: JsonObject = {}): Tree {
  remake(tree, 'root', [root1, root2], (root) => ({
    ...root,
    keys: { ...(root['keys'] as JsonObject), ...keysOf(bob, carol) },
    roles: {
      ...(root['roles'] as JsonObject),
      targets: { keyids: [admin, bob, carol].map(({ keyid }) => keyid), threshold: 2 },
    },
    'x-tuf-on-git-policy': { ...(root['x-tuf-on-git-policy'] as JsonObject), ...policy },
  }));
  remake(tree, 'targets', [admin, bob], (targets) => ({
    ...targets,
    delegations: {
      keys: keysOf(alice, bob, carol),
      roles: [
        {
          ...delegationTo('alice', alice, 'alice-project/*/*/*'),
          keyids: [alice.keyid, carol.keyid],
          threshold: 2,
        },
        delegationTo('bob', bob, 'bob-project/*/*/*'),
      ],
    },
  }));
  return remake(tree, 'alice', [alice, carol]);
}

/** The next version of a role, signed by these keys and by nobody else. */
export function remake(
  tree: Tree,
  role: string,
  keys: readonly TestKey[],
  change: (signed: JsonObject) => JsonObject = (signed) => signed,
): Tree {
  const before = signedOf(tree, role);
  return redraft(tree, role, keys, (signed) =>
    change({ ...signed, version: versionOf(before) + 1 }),
  );
}

/** Another payload of the same version. */
export function redraft(
  tree: Tree,
  role: string,
  keys: readonly TestKey[],
  change: (signed: JsonObject) => JsonObject,
): Tree {
  const signed = change(signedOf(tree, role));
  if (role === 'root') putRoot(tree, signed, keys);
  else putRole(tree, role, signed, keys);
  return tree;
}

/** The next version of a project's role with one more release. */
export function release(
  tree: Tree,
  role: 'alice' | 'bob',
  version: string,
  ...keys: TestKey[]
): Tree {
  const file = `${role}-project/tool/${version}/tool.tgz`;
  putTarget(tree, file, `tool ${version}`);
  return remake(tree, role, keys, (signed) => ({
    ...signed,
    targets: { ...(signed['targets'] as JsonObject), [file]: entryOf(tree, file) },
  }));
}

/** The delegations of a role, changed. */
export function withRoles(
  signed: JsonObject,
  change: (roles: readonly JsonObject[]) => readonly JsonObject[],
): JsonObject {
  const { keys, roles } = signed['delegations'] as { keys: JsonObject; roles: JsonObject[] };
  return { ...signed, delegations: { keys, roles: [...change(roles)] } };
}

/** A version that says nothing else, but lives a little longer or shorter. */
export function livesFor(days: number): (signed: JsonObject) => JsonObject {
  return (signed) => ({ ...signed, expires: inDays(days) });
}

/** Adds signatures to what is there. */
export function addSignatures(tree: Tree, role: string, ...keys: readonly TestKey[]): Tree {
  const signed = signedOf(tree, role);
  const signatures = [...signaturesIn(tree, role), ...signaturesOf(signed, keys)];
  return setSignatures(tree, role, signed, signatures);
}

export function dropSignatures(tree: Tree, role: string, ...keys: readonly TestKey[]): Tree {
  const gone = keys.map(({ keyid }): string => keyid);
  const left = signaturesIn(tree, role).filter(({ keyid }) => !gone.includes(keyid));
  return setSignatures(tree, role, signedOf(tree, role), left);
}

export function versionOf(signed: JsonObject): number {
  return Number(signed['version']);
}

export function putInvitations(tree: Tree, ...invitations: readonly JsonObject[]): Tree {
  return tree.set('.signing-event-state', Buffer.from(JSON.stringify({ invitations }, null, 2)));
}

/** A slot that somebody has filled. @param root SHA-256 of root version 1, in hex */
export function filledSlot(
  { event, role, slot }: { event: string; role: string; slot: number },
  key: TestKey,
  root: string,
): JsonObject {
  const proof = sign(null, proofBytes(role, key, { event, root }), key.privateKey);
  return { role, slot, key: key.json, proof: proof.toString('hex') };
}

function signaturesIn(tree: Tree, role: string): readonly RoleSignature[] {
  const text = Buffer.from(tree.get(`metadata/${role}.json`) ?? '').toString('utf8');
  return (JSON.parse(text) as { signatures: RoleSignature[] }).signatures;
}

function setSignatures(
  tree: Tree,
  role: string,
  signed: JsonObject,
  signatures: readonly RoleSignature[],
): Tree {
  const bytes = formatDocument(signed, signatures);
  tree.set(`metadata/${role}.json`, bytes);
  if (role === 'root') tree.set(`metadata/root_history/${versionOf(signed)}.root.json`, bytes);
  return tree;
}

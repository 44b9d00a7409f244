/** Maintainers who withdraw signing events. */
import { createHash, sign } from 'node:crypto';
import { parseDocument } from '../../core/metadata/document.ts';
import type { JsonObject } from '../../core/metadata/json.ts';
import { withdrawalBytes } from '../../core/rules/events/withdrawal.ts';
import type { TestKey, Tree } from './source-tree.ts';

/** What somebody signs to withdraw an event. */
export interface Withdrawn {
  readonly event?: string;
  /** SHA-256 of root version 1, in hex; absent: of the one in the tree. */
  readonly root?: string;
  /** Those that the event changes, as the tree has them. */
  readonly roles: readonly string[];
}

export function withdrawalBy(
  key: TestKey,
  tree: Tree,
  { event = 'release', root = firstRoot(tree), roles }: Withdrawn,
): JsonObject {
  const payloads = roles.map((role) => {
    const bytes = tree.get(`metadata/${role}.json`) ?? Buffer.of();
    return parseDocument(role === 'root' ? 'root' : 'targets', bytes);
  });
  const sig = sign(null, withdrawalBytes({ event, root }, payloads), key.privateKey);
  return { keyid: key.keyid, sig: sig.toString('hex') };
}

export function putWithdrawal(tree: Tree, withdrawal: JsonObject): Tree {
  const state = { invitations: [], withdrawal };
  return tree.set('.signing-event-state', Buffer.from(JSON.stringify(state)));
}

function firstRoot(tree: Tree): string {
  const bytes = tree.get('metadata/root_history/1.root.json') ?? Buffer.of();
  return createHash('sha256').update(bytes).digest('hex');
}

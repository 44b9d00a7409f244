/**
 * Delegated roles that the server signs. An admin marks them in targets and nowhere else, so that
 * every push can be held against all of them at the cost of one file that it reads anyway.
 */
import { delegatedRoles } from '../metadata/model.ts';
import { maxOnlineRoleDays } from '../metadata/policy.ts';
import type { DelegatedRole } from '../metadata/tufjs.ts';
import type { Affected } from './affected/affected.ts';
import { delegatedKeys, onlineField, onlineRoles } from './online-roles.ts';
import type { LoadedRole } from './repository.ts';
import { livesLonger } from './role-rules.ts';
import { fingerprints } from './root-rules.ts';
import type { TransitionContext } from './state.ts';
import { finding, type RuleFinding } from './verdict.ts';

export function* checkOnlineRoles(
  affected: Affected,
  context: TransitionContext,
): Iterable<RuleFinding> {
  const { roles } = affected.repository;
  const targets = roles.get('targets');
  if (targets === undefined) return;
  const marked = onlineRoles(targets.document);
  if (marked === undefined) {
    yield finding('online-role.form', targets.file, `${onlineField} is a list of role names`);
    return;
  }
  for (const role of affected.changed.values()) {
    if (role.name === 'targets' || role.after?.signedJson[onlineField] === undefined) continue;
    yield finding('online-role.form', role.file, `only targets marks roles with ${onlineField}`);
  }
  if (affected.isWhole || affected.changed.has('targets')) yield* checkMarks(targets, marked);
  for (const name of marked) {
    const role = roles.get(name);
    if (role?.delegator !== 'targets') continue;
    if (affected.changed.has(name) || affected.isWhole) yield* checkMarked(role);
    if (affected.changed.has(name) && !affected.isTip) yield* checkLife(role, context);
  }
  yield* checkKeys(affected, targets, marked);
}

function* checkMarks(targets: LoadedRole, marked: readonly string[]): Iterable<RuleFinding> {
  const delegated = new Map(
    delegatedRoles(targets.document.signed).map((role) => [role.name, role] as const),
  );
  for (const name of marked) {
    const where = `${targets.file}#/signed/${onlineField}`;
    const role = delegated.get(name);
    if (role === undefined) {
      yield finding('online-role.form', where, `targets does not delegate to ${name}`);
    } else if (!role.terminating) {
      yield finding('online-role.form', where, `the delegation to ${name} must be terminating`);
    }
  }
}

function* checkMarked({ file, document }: LoadedRole): Iterable<RuleFinding> {
  if (delegatedRoles(document.signed).length > 0) {
    yield finding('online-role.form', file, 'a server-signed role delegates nothing');
  }
}

function* checkLife(
  { file, document }: LoadedRole,
  context: TransitionContext,
): Iterable<RuleFinding> {
  if (!livesLonger(document, maxOnlineRoleDays, context)) return;
  const message = `it expires ${document.signed.expires}; ${maxOnlineRoleDays} days is the most for a server-signed role`;
  yield finding('online-role.lives-too-long', file, message);
}

const ownKey = 'make a key for each server-signed role';

/** Keys of server-signed roles sign nothing else: held against root and every delegation at hand. */
function* checkKeys(
  { repository, changed, isWhole }: Affected,
  targets: LoadedRole,
  marked: readonly string[],
): Iterable<RuleFinding> {
  if (marked.length === 0) return;
  const online = delegatedKeys(targets.document, (role) => marked.includes(role.name));
  const top = fingerprints(repository.root, ['root', 'targets', 'snapshot', 'timestamp']);
  for (const [key, names] of online) {
    const where = `${targets.file}, delegation to ${names.join(' and ')}`;
    if (top.has(key)) yield finding('online-role.key', where, 'root names the same key', ownKey);
    if (names.length > 1) yield finding('online-role.key', where, 'they share a key', ownKey);
  }
  for (const role of repository.roles.values()) {
    if (!isWhole && !changed.has(role.name)) continue;
    const isOther = ({ name }: DelegatedRole) => role !== targets || !marked.includes(name);
    for (const [key, names] of delegatedKeys(role.document, isOther)) {
      if (!online.has(key)) continue;
      const where = `${role.file}, delegation to ${names.join(' and ')}`;
      const message = 'the key of a server-signed role signs nothing else';
      yield finding('online-role.key', where, message, ownKey);
    }
  }
}

import { fault } from '../error/error.ts';
import type { Document } from './document.ts';
import { isObject, type JsonObject, type JsonValue } from './json.ts';
import { policyField } from './policy.ts';

/**
 * Which repository metadata belongs to (`role.other-repository`): root's policy names it, every role
 * repeats the name. Without a name in the trusted root nothing is asked.
 */

/** Where the signed part of every role names its repository. */
export const repositoryField = 'x-tuf-on-git-repository';

/** The name that this root gives its repository, if any. Other policy fields are not looked at. */
export function repositoryName(root: Document<'root'>): string | undefined {
  const policy = own(root.signedJson, policyField);
  const name = isObject(policy) ? own(policy, 'repository') : undefined;
  return typeof name === 'string' ? name : undefined;
}

/** @throws `role.other-repository` when the trusted root names a repository and this role another or none */
export function checkSameRepository(
  trusted: Document<'root'>,
  role: Document,
  where: string,
): void {
  const expected = repositoryName(trusted);
  if (expected === undefined) return;
  if (own(role.signedJson, repositoryField) !== expected) {
    throw fault('role.other-repository', where, `it does not belong to repository ${expected}`);
  }
}

/** @throws `role.other-repository` when the next root drops or changes the name that the trusted one gives */
export function checkSameRoot(trusted: Document<'root'>, next: Document<'root'>): void {
  const expected = repositoryName(trusted);
  if (expected !== undefined && repositoryName(next) !== expected) {
    throw fault('role.other-repository', 'root.json', `it does not belong to ${expected}`);
  }
  checkOwnRepeat(next);
}

/** A root may repeat its policy's name like any other role; it must not contradict itself. */
export function checkOwnRepeat(root: Document<'root'>): void {
  const expected = repositoryName(root);
  const repeated = own(root.signedJson, repositoryField);
  if (expected !== undefined && repeated !== undefined && repeated !== expected) {
    throw fault('role.other-repository', 'root.json', `it names two repositories`);
  }
}

function own(json: JsonObject, name: string): JsonValue | undefined {
  return Object.hasOwn(json, name) ? json[name] : undefined;
}

/** What a change does to target paths, for tokens that are bound to some. */
import { fault } from '../../../core/error/error.ts';
import { mayTouch } from '../../../core/home/tokens.ts';
import { equalJson, isObject, type JsonObject } from '../../../core/metadata/json.ts';
import { Refusal } from '../problems.ts';
import { signedIn, type WantedChange } from './change-body.ts';
import type { Sender } from './make-commit.ts';

const mostTold = 20;

/**
 * @param signedAt `signed` of a role where the change is to be put on
 * @throws Refusal 403 `token.prefix` for each path that the token is not for; root and delegations are
 *   about all paths
 */
export async function refuseOtherPaths(
  token: Sender,
  change: WantedChange,
  signedAt: (role: string) => Promise<JsonObject | undefined>,
): Promise<void> {
  if (token.prefixes.length === 0) return;
  const paths = new Set(change.targets.keys());
  const findings = [];
  for (const [role, bytes] of change.metadata) {
    const before = (await signedAt(role)) ?? {};
    const after = (bytes && signedIn(bytes)) ?? {};
    if (role === 'root' || !equalJson(before['delegations'], after['delegations'])) {
      const message = 'the token is for some target paths, and this is about all of them';
      findings.push(fault('token.prefix', role, message));
    }
    for (const path of changedEntries(before, after)) paths.add(path);
  }
  for (const path of paths) {
    if (mayTouch(token, path)) continue;
    findings.push(fault('token.prefix', path, 'the token is for other target paths'));
  }
  if (findings.length > 0) throw new Refusal(403, findings.slice(0, mostTold));
}

function changedEntries(before: JsonObject, after: JsonObject): readonly string[] {
  const [old, now] = [entriesOf(before), entriesOf(after)];
  const paths = new Set([...Object.keys(old), ...Object.keys(now)]);
  return [...paths].filter((path) => !equalJson(own(old, path), own(now, path)));
}

function own(entries: JsonObject, path: string) {
  return Object.hasOwn(entries, path) ? entries[path] : undefined;
}

function entriesOf({ targets }: JsonObject): JsonObject {
  return isObject(targets) ? targets : {};
}

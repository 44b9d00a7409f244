/** What a new version of a role changes, for the answers of the API: as data, and in one line. */
import { z } from 'zod';
import type { Document } from '../../core/metadata/document.ts';
import { isObject, type JsonObject } from '../../core/metadata/json.ts';
import { changeSummary } from '../../core/rules/words/change-summary.ts';
import { nameOf } from '../../core/rules/words/describe-keys.ts';
import { textsOf } from '../../core/rules/words/describe-values.ts';
import {
  changeOf,
  keysIn,
  type ChangedRole,
  type Difference,
} from '../../core/rules/words/role-change.ts';

const change = z.enum(['added', 'removed', 'changed']);
const names = z.array(z.string());
const version = z.int().min(1);

const targetChange = z.object({
  path: z.string(),
  change,
  length: z.int().optional(),
  sha256: z.string().optional(),
});
const delegationChange = z.object({
  role: z.string(),
  change,
  threshold: z.object({ from: z.int().optional(), to: z.int().optional() }),
  signers: z
    .object({ added: names, removed: names })
    .describe('Owners of keys, or beginnings of keyids'),
  paths: z.object({ added: names, removed: names }),
});
const keyChange = z.object({ keyid: z.string(), owner: z.string(), change });

export const roleChangeSchema = z.object({
  role: z.string(),
  from: version.optional().describe('Absent: the role is new'),
  to: version.optional().describe('Absent: the role is gone'),
  expires: z.string().optional(),
  summary: z.string().describe('The change in one line'),
  added: z.int().describe('Target files that it lists now and did not before'),
  removed: z.int(),
  changed: z.int(),
  targets: z.array(targetChange),
  delegations: z.array(delegationChange).describe('Of root: the top-level roles'),
  keys: z.array(keyChange),
  cut: z.boolean().optional().describe('True where a list leaves out what is beyond the 100th'),
});

export type RoleChangeAnswer = z.infer<typeof roleChangeSchema>;

const mostListed = 100;

export function roleChangeAnswer(role: ChangedRole): RoleChangeAnswer {
  const { before, after } = role;
  const { targets, delegations, keys } = changeOf(role);
  const people = { before: keysIn(before), after: keysIn(after) };
  const isCut = [targets, delegations, keys].some(({ length }) => length > mostListed);
  return {
    role: role.name,
    ...(before === undefined ? {} : { from: before.signed.version }),
    to: after.signed.version,
    expires: after.signed.expires,
    summary: changeSummary(role),
    ...counts(targets),
    targets: targets.slice(0, mostListed).map(targetAnswer),
    delegations: delegations.slice(0, mostListed).map((each) => delegationAnswer(each, people)),
    keys: keys.slice(0, mostListed).map(({ name, ...sides }) => ({
      keyid: name,
      owner: nameOf(name, { ...people.before, ...people.after }),
      change: kindOf(sides),
    })),
    ...(isCut ? { cut: true } : {}),
  };
}

/** Of a role that goes, with all that it lists. @param before its last version, where it is known */
export function goneAnswer(
  name: string,
  before: Document<'targets'> | undefined,
): RoleChangeAnswer {
  const gone = Object.entries(before?.signed.targets ?? {});
  return {
    role: name,
    ...(before === undefined ? {} : { from: before.signed.version }),
    summary: `${name}: goes`,
    added: 0,
    removed: gone.length,
    changed: 0,
    targets: gone.slice(0, mostListed).map(([path]) => ({ path, change: 'removed' })),
    delegations: [],
    keys: [],
    ...(gone.length > mostListed ? { cut: true } : {}),
  };
}

type Kind = z.infer<typeof change>;

function kindOf({ before, after }: Pick<Difference<unknown>, 'before' | 'after'>): Kind {
  if (before === undefined) return 'added';
  return after === undefined ? 'removed' : 'changed';
}

function counts(targets: readonly Difference[]): Record<Kind, number> {
  const found = { added: 0, removed: 0, changed: 0 };
  for (const target of targets) found[kindOf(target)] += 1;
  return found;
}

function targetAnswer(target: Difference<JsonObject>): z.infer<typeof targetChange> {
  const { length, hashes } = target.after ?? {};
  const sha256 = isObject(hashes) ? hashes['sha256'] : undefined;
  return {
    path: target.name,
    change: kindOf(target),
    ...(typeof length === 'number' ? { length } : {}),
    ...(typeof sha256 === 'string' ? { sha256 } : {}),
  };
}

function delegationAnswer(
  delegation: Difference<JsonObject>,
  people: { readonly before: JsonObject; readonly after: JsonObject },
): z.infer<typeof delegationChange> {
  const { name, before, after } = delegation;
  const signers = (role: JsonObject | undefined, keys: JsonObject) =>
    textsOf(role?.['keyids']).map((keyid) => nameOf(keyid, keys));
  const [from, to] = [before?.['threshold'], after?.['threshold']];
  return {
    role: name,
    change: kindOf(delegation),
    threshold: {
      ...(typeof from === 'number' ? { from } : {}),
      ...(typeof to === 'number' ? { to } : {}),
    },
    signers: comesAndGoes(signers(before, people.before), signers(after, people.after)),
    paths: comesAndGoes(textsOf(before?.['paths']), textsOf(after?.['paths'])),
  };
}

function comesAndGoes(before: readonly string[], after: readonly string[]) {
  return {
    added: after.filter((each) => !before.includes(each)),
    removed: before.filter((each) => !after.includes(each)),
  };
}

/** Changes that every role depends on: after one of them nothing is left out. */
import { canonicalBytes, type Document } from '../../metadata/document.ts';
import { policyField } from '../../metadata/policy.ts';
import type { DelegatedRole } from '../../metadata/tufjs.ts';
import { delegatedKeys, onlineRoles } from '../online-roles.ts';
import { fingerprints } from '../root-rules.ts';
import { rootFile } from '../state.ts';
import type { ChangedRole } from './changed-roles.ts';

/** Another policy, or other online keys. */
export function changesRules(before: Document<'root'>, after: Document<'root'>): boolean {
  const rules = ({ signedJson }: Document<'root'>) => signedJson[policyField] ?? null;
  const online = (root: Document<'root'>) =>
    [...fingerprints(root, ['snapshot', 'timestamp']).keys()].sort();
  const form = (root: Document<'root'>) =>
    Buffer.from(canonicalBytes([rules(root), online(root)], rootFile));
  return !form(before).equals(form(after));
}

/** Which roles the server signs, and with keys that must sign nothing else anywhere. */
export function changesOnlineRoles(targets: ChangedRole | undefined): boolean {
  const online = (document: Document<'targets'> | undefined) => {
    const marked = (document && onlineRoles(document)) ?? [];
    const isMarked = ({ name }: DelegatedRole) => marked.includes(name);
    const keys = document ? [...delegatedKeys(document, isMarked).keys()] : [];
    return [...marked, ...keys].sort().join();
  };
  return targets !== undefined && online(targets.before) !== online(targets.after);
}

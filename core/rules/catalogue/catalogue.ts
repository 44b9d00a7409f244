import type { RuleCode } from '../../error/codes.ts';
import type { CatalogueEntry } from './entry.ts';
import { policyEntries } from './policy-entries.ts';
import { roleEntries } from './role-entries.ts';
import { targetEntries } from './target-entries.ts';
import { treeEntries } from './tree-entries.ts';

/** Every rule code there is; the type makes a missing or an unknown one a compile error. */
export const catalogue: Readonly<Record<RuleCode, CatalogueEntry>> = {
  ...treeEntries,
  ...roleEntries,
  ...targetEntries,
  ...policyEntries,
};

import { delegationCases } from './delegation-cases.ts';
import { gitCases } from './git-cases.ts';
import { jsonCases } from './json-cases.ts';
import { keyCases } from './key-cases.ts';
import { onlineRoleCases } from './online-role-cases.ts';
import type { PushCase } from './push-case.ts';
import { roleCases } from './role-cases.ts';
import { rootCases } from './root-cases.ts';
import { searchCases } from './search-cases.ts';
import { targetCases } from './target-cases.ts';
import { treeCases } from './tree-cases.ts';

/** The cases of all families. */
export const pushCases: readonly PushCase[] = [
  ...gitCases,
  ...treeCases,
  ...jsonCases,
  ...roleCases,
  ...rootCases,
  ...keyCases,
  ...targetCases,
  ...delegationCases,
  ...searchCases,
  ...onlineRoleCases,
];

import type { Choices } from '../choices.ts';
import type { State } from '../draft.ts';
import { damageFile, writeOtherwise } from './bytes.ts';
import { changeDelegatedKeys } from './delegated-keys.ts';
import { changeDelegations } from './delegations.ts';
import { changeHistory, doRightly } from './history.ts';
import type { Mutation, Push } from './push.ts';
import { changeRootHistory } from './root-history.ts';
import { changeRoot } from './roots.ts';
import { changeStructure } from './structure.ts';
import { changeTargets } from './targets.ts';
import { changeTree } from './tree.ts';

/** Each as likely as it is often here. */
const mutations: readonly Mutation[] = [
  ...[doRightly, doRightly, doRightly, changeStructure, changeStructure, changeStructure],
  ...[changeDelegations, changeDelegations, changeDelegatedKeys, changeTargets, changeTargets],
  ...[changeRoot, changeRoot, changeRootHistory, changeHistory, writeOtherwise, writeOtherwise],
  ...[damageFile, changeTree],
];

export function randomPush(tip: State, choices: Choices): Push {
  return choices.of(mutations)(tip, choices);
}

/** A signing event in words: everything that landing it would change on main. */
import { visible } from '../../core/error/error.ts';
import { eventLines } from '../../core/rules/events/event-words.ts';
import {
  isFile,
  roleOf,
  rootFile,
  isRootVersion,
  targetFile,
  type StateChange,
} from '../../core/rules/state.ts';
import type { FoundFiles } from '../../core/rules/words/describe-role.ts';
import { changeOf } from '../../core/rules/words/role-change.ts';
import { describeSigning } from './describe-signing.ts';
import type { Draft } from '../workspace/drafts.ts';
import type { EventContent } from '../events/event.ts';
import { foundFiles } from '../workspace/found-files.ts';
import type { Signing } from '../workspace/sign-plan.ts';

/** @param drafts the roles of the event that can be signed; all others get a line each */
export async function describeEvent(
  event: EventContent,
  drafts: readonly Draft[],
  plan: readonly Signing[],
  now: Date,
): Promise<readonly string[]> {
  const { state } = event.candidate;
  const files = await foundFiles(
    drafts,
    'of the event',
    async (file) => (await state.find(file)) !== undefined,
  );
  return eventWords(event, drafts, plan, now, files);
}

/** The same where target files were looked at, or nobody could. */
export function eventWords(
  event: EventContent,
  drafts: readonly Draft[],
  plan: readonly Signing[],
  now: Date,
  files?: FoundFiles,
): readonly string[] {
  const told = new Set(drafts.map(({ file }) => file));
  const others = event.roles.filter(({ file }) => !told.has(file));
  return [
    ...drafts.flatMap((draft) => describeSigning(draft, plan, now, files)),
    ...eventLines(others, []).map(visible),
    ...fileLines(event, drafts),
  ];
}

/** Files that come along though no role above tells of them. */
function fileLines({ candidate }: EventContent, drafts: readonly Draft[]): readonly string[] {
  const told = new Set(
    drafts.flatMap((draft) => changeOf(draft).targets.map(({ name }) => targetFile(name))),
  );
  return candidate.changes
    .filter((change) => isOtherFile(change) && !told.has(change.path ?? ''))
    .map(({ shown, before, after }) => {
      const sign = before === undefined ? '+' : after === undefined ? '-' : '~';
      return `${sign} file ${visible(shown)}`;
    });
}

function isOtherFile({ path = '', before, after }: StateChange): boolean {
  const isMetadata = roleOf(path) !== undefined || path === rootFile || isRootVersion(path);
  return !isMetadata && [before, after].some((side) => side !== undefined && isFile(side));
}

import type { WorkingState } from '../workspace/drafts.ts';
import { localVerdict } from '../workspace/local-verdict.ts';
import type { Project } from '../workspace/project.ts';
import { withEdits, writeDrafts, type Redraft } from '../workspace/redraft.ts';
import { refuseFindings } from '../workspace/refuse.ts';

/** Writes drafts that the gate would accept once they are signed. @throws the rule's code otherwise */
export async function draftEdits(
  project: Project,
  working: WorkingState,
  edits: readonly Redraft[],
): Promise<void> {
  refuseFindings(await localVerdict(project, await withEdits(working, edits)));
  await writeDrafts(project, edits);
}

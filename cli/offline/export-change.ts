/** `sign --export`: what there is to sign, on its way to keys that are not at hand. */
import { formatDocument } from '../../core/metadata/document.ts';
import type { RepositoryState } from '../../core/rules/state.ts';
import type { FreshEvent } from '../events/add-to-event.ts';
import { filesOfDraft, requireDrafts, workingState } from '../workspace/drafts.ts';
import { localVerdict } from '../workspace/local-verdict.ts';
import type { Project } from '../workspace/project.ts';
import { refuseFindings } from '../workspace/refuse.ts';
import { validSignatures } from '../workspace/sign-drafts.ts';
import type { Carried, MetadataFiles } from './carried-folder.ts';

/** An event as `main` is now: of roles that `main` has moved on, as it was when they were made. */
export async function carriedEvent({ event }: FreshEvent): Promise<Carried> {
  const { ground, state } = event.candidate;
  return {
    event: event.name,
    before: await metadataOf(ground),
    after: await metadataOf(state),
  };
}

/** @throws `workspace.nothing-to-do`; the rule's code when the drafts do not hold */
export async function carriedDrafts(project: Project): Promise<Carried> {
  const working = await workingState(project);
  const drafts = requireDrafts(working);
  refuseFindings(await localVerdict(project, working));
  const after = new Map(working.files);
  for (const draft of drafts) {
    const bytes = formatDocument(draft.after.signedJson, validSignatures(draft));
    for (const file of filesOfDraft(draft)) after.set(file, bytes);
  }
  return { event: undefined, before: working.base.files, after };
}

async function metadataOf(state: RepositoryState): Promise<MetadataFiles> {
  const files = new Map<string, Uint8Array>();
  for (const folder of ['metadata', 'metadata/root_history']) {
    for (const entry of await state.list(folder)) {
      if (entry.path?.endsWith('.json') === true) files.set(entry.path, await state.read(entry));
    }
  }
  return files;
}

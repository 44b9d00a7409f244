/** Signatures that were made elsewhere, added to a signing event or to the drafts of this workspace. */
import { addToEvent, type AddToEventOrder } from '../events/add-to-event.ts';
import { requireDrafts, workingState, type Draft } from '../workspace/drafts.ts';
import type { SigningEvent } from '../events/event.ts';
import { localVerdict } from '../workspace/local-verdict.ts';
import type { Project } from '../workspace/project.ts';
import { refuseFindings } from '../workspace/refuse.ts';
import { signedDrafts, writeSigned } from '../workspace/sign-drafts.ts';
import { placeSignatures, type CarriedSignature } from './place-signatures.ts';

/** What there is to add to these drafts: asked again when they have changed. */
export type FindSignatures = (drafts: readonly Draft[]) => readonly CarriedSignature[];

/** @throws as `addToEvent`, `placeSignatures` and `find` */
export async function addCarriedToEvent(
  project: Project,
  find: FindSignatures,
  order: AddToEventOrder,
): Promise<SigningEvent> {
  return addToEvent(project, order, ({ drafts }) =>
    Promise.resolve(placeSignatures(drafts, find(drafts))),
  );
}

/**
 * @returns the owners of the keys, those apart whose signatures were there already
 * @throws as `placeSignatures` and `find`; the rule's code when the drafts do not hold
 */
export async function addCarriedToDrafts(
  project: Project,
  find: FindSignatures,
): Promise<readonly string[]> {
  const working = await workingState(project);
  const drafts = requireDrafts(working);
  const { made, owners } = placeSignatures(drafts, find(drafts));
  refuseFindings(await localVerdict(project, working));
  await writeSigned(project, signedDrafts(drafts, made));
  return owners;
}

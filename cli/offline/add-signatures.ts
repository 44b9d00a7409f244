/** Signatures that were made elsewhere, added to a signing event or to the drafts of this workspace. */
import { addToEvent, type AddToEventOrder } from '../workspace/add-to-event.ts';
import { requireDrafts, workingState } from '../workspace/drafts.ts';
import type { SigningEvent } from '../workspace/event.ts';
import { localVerdict } from '../workspace/local-verdict.ts';
import type { Project } from '../workspace/project.ts';
import { refuseFindings } from '../workspace/refuse.ts';
import { signedDrafts, writeSigned } from '../workspace/sign-drafts.ts';
import { placeSignatures, type CarriedSignature } from './place-signatures.ts';

/** @throws as `addToEvent` and `placeSignatures` */
export async function addCarriedToEvent(
  project: Project,
  carried: readonly CarriedSignature[],
  order: AddToEventOrder,
): Promise<SigningEvent> {
  return addToEvent(project, order, ({ drafts }) =>
    Promise.resolve(placeSignatures(drafts, carried)),
  );
}

/**
 * @returns the owners of the keys, those apart whose signatures were there already
 * @throws as `placeSignatures`; the rule's code when the drafts do not hold
 */
export async function addCarriedToDrafts(
  project: Project,
  carried: readonly CarriedSignature[],
): Promise<readonly string[]> {
  const working = await workingState(project);
  const { made, owners } = placeSignatures(requireDrafts(working), carried);
  refuseFindings(await localVerdict(project, working));
  await writeSigned(project, signedDrafts(working.drafts, made));
  return owners;
}

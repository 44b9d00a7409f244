/** Co-signing: what an event says is shown, and signed after a yes. */
import { fault } from '../../core/error/error.ts';
import { addToEvent, type FreshEvent, type NewSignatures } from './add-to-event.ts';
import { describeEvent } from '../words/describe-event.ts';
import type { Draft } from '../workspace/drafts.ts';
import { agreement } from './event-round.ts';
import { eventDrafts, type SigningEvent } from './event.ts';
import type { OwnKey } from '../workspace/own-keys.ts';
import type { Project } from '../workspace/project.ts';
import { conflictLine, remadeEvent, type RemakeOrder } from './remake-event.ts';
import {
  isFor,
  makeSignatures,
  withSigners,
  type MadeSignature,
  type OpenSigner,
} from '../workspace/sign-drafts.ts';
import { allowedSignatures, planSignatures } from '../workspace/sign-plan.ts';
import type { SignEventOrder } from './signing-order.ts';

/**
 * @returns the event with our signatures, or as it was where these keys had signed all they may
 * @throws as `addToEvent`; `role.version-not-next` when main has moved on in all that these keys may
 *   sign; `workspace.not-allowed`
 */
export async function signEvent(
  project: Project,
  order: SignEventOrder & RemakeOrder,
): Promise<SigningEvent> {
  return withSigners(order.access, (open) =>
    addToEvent(project, order, signingWhatIsShown(project, order, open), (event) =>
      remadeEvent(project, event, order),
    ),
  );
}

/** Signatures that still fit when the event has changed are kept. */
function signingWhatIsShown(
  { now }: Project,
  { keys, confirm }: SignEventOrder,
  openSigner: OpenSigner,
): (fresh: FreshEvent) => Promise<NewSignatures> {
  const agreed = agreement(confirm);
  let made: readonly MadeSignature[] = [];
  return async ({ event, drafts, lines, conflicts }) => {
    if (allowedSignatures(drafts, keys).length === 0) await refuseStale(event, keys, conflicts);
    const signable = drafts.length > 0 ? drafts : await eventDrafts(event, 'stale');
    if (signable.length === 0) throw nothingYet(event, lines);
    const plan = planSignatures(signable, keys);
    if (plan.length === 0) return { made: [], owners: [] };
    const shown = [...lines, ...(await describeEvent(event, drafts, plan, now))];
    await agreed(shown, drafts.map(payloadOf));
    const open = plan.filter(({ draft, keyid }) => !made.some(isOf(draft, keyid)));
    made = [...made, ...(await makeSignatures(open, openSigner))];
    return { made, owners: plan.map(({ owner }) => owner) };
  };
}

/** What cannot be made again from what both sides say can be signed for nothing. */
async function refuseStale(
  event: SigningEvent,
  keys: readonly OwnKey[],
  conflicts: FreshEvent['conflicts'],
): Promise<void> {
  const [first] = allowedSignatures(await eventDrafts(event, 'stale'), keys);
  if (first === undefined) return;
  const { name, file } = first.draft;
  throw fault('role.version-not-next', file, conflictLine(name, conflicts.get(name) ?? [file]), {
    hint: `draft ${name} anew on what main has, and: tuf-on-git push ${event.name} --replace`,
  });
}

function nothingYet({ name }: SigningEvent, lines: readonly string[]) {
  const waits = lines.map((text) => text.trim()).join('; ');
  const hint = waits === '' ? 'tuf-on-git status --fetch says what it waits for' : waits;
  return fault('workspace.nothing-to-do', `event ${name}`, 'there is nothing to sign yet', {
    hint,
  });
}

function isOf(draft: Draft, keyid: string): (made: MadeSignature) => boolean {
  return (made) => made.keyid === keyid && isFor(made, draft);
}

/** Words may be the same where payloads are not, to the byte. */
function payloadOf({ file, after }: Draft): string {
  return `${file} ${Buffer.from(after.signedBytes).toString('base64')}`;
}

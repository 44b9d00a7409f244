/**
 * Co-signing: the event is taken as the server shows it now, verified against main as this workspace
 * trusts it, shown, signed, and sent as one commit on its tip. The working tree has no part in it, so
 * drafts may lie there.
 */
import type { ObjectId } from '../../core/git/object-id.ts';
import { fault } from '../../core/error/error.ts';
import { describeEvent } from './describe-event.ts';
import type { Draft } from './drafts.ts';
import { agreement, sendToEvent } from './event-round.ts';
import {
  eventDrafts,
  eventVerdict,
  readEvent,
  refuseWithdrawn,
  requireEvent,
  type SigningEvent,
} from './event.ts';
import type { OwnKey } from './own-keys.ts';
import { verifiedMain, type Project } from './project.ts';
import { refuseFindings } from './refuse.ts';
import {
  isFor,
  makeSignatures,
  signedDrafts,
  withSigners,
  type MadeSignature,
  type OpenSigner,
} from './sign-drafts.ts';
import { allowedSignatures, planSignatures, type Signing } from './sign-plan.ts';
import type { SignEventOrder } from './signing-order.ts';

/**
 * @returns the event with our signatures, or as it was where these keys had signed all they may
 * @throws the rule's code when the event does not verify or the hook refused it; `role.version-not-next`
 *   when main has moved on in all that these keys may sign; `workspace.not-allowed`, `usage.argument`
 */
export async function signEvent(project: Project, order: SignEventOrder): Promise<SigningEvent> {
  return withSigners(order.access, (open) => signWhatItSays(project, order, open));
}

async function signWhatItSays(
  project: Project,
  order: SignEventOrder,
  openSigner: OpenSigner,
): Promise<SigningEvent> {
  const agreed = agreement(order.confirm);
  let made: readonly MadeSignature[] = [];
  return sendToEvent(project.git, order, async () => {
    const fresh = await readFresh(project, order);
    const { event, drafts, plan } = fresh;
    if (plan.length === 0) return { event, commit: undefined };
    await agreed(await describeEvent(event, drafts, plan, project.now), drafts.map(payloadOf));
    const open = plan.filter(({ draft, keyid }) => !made.some(isOf(draft, keyid)));
    made = [...made, ...(await makeSignatures(open, openSigner))];
    return { event, commit: await commitSignatures(project, order, { ...fresh, made }) };
  });
}

interface Fresh {
  readonly event: SigningEvent;
  readonly drafts: readonly Draft[];
  readonly plan: readonly Signing[];
}

async function readFresh(project: Project, { event: name, keys }: SignEventOrder): Promise<Fresh> {
  const { git } = project;
  await git.fetch();
  const tip = await requireEvent(git, name);
  const event = await readEvent(git, await verifiedMain(project), name, tip);
  refuseWithdrawn(event);
  refuseFindings(await eventVerdict(project, event));
  const drafts = await eventDrafts(event);
  if (allowedSignatures(drafts, keys).length === 0) await refuseStale(event, keys);
  return { event, drafts, plan: planSignatures(drafts, keys) };
}

/** What main has moved on can be signed for nothing: it lands only when somebody makes it again. */
async function refuseStale(event: SigningEvent, keys: readonly OwnKey[]): Promise<void> {
  const [first] = allowedSignatures(await eventDrafts(event, 'stale'), keys);
  if (first === undefined) return;
  const { name, file, after } = first.draft;
  const message = `main has moved on since version ${after.signed.version} was made`;
  throw fault('role.version-not-next', file, message, {
    hint: `make ${name} again on what main has, and push it to the event`,
  });
}

async function commitSignatures(
  { git, now }: Project,
  order: SignEventOrder,
  { event, drafts, plan, made }: Fresh & { readonly made: readonly MadeSignature[] },
): Promise<ObjectId> {
  const files = new Map(signedDrafts(drafts, made).map(({ file, bytes }) => [file, bytes]));
  const owners = [...new Set(plan.map(({ owner }) => owner))];
  return git.commitOnto(event.tip, {
    files,
    message: `sign: ${owners.join(', ')}`,
    author: order.authorOf(owners[0]),
    time: now,
  });
}

function isOf(draft: Draft, keyid: string): (made: MadeSignature) => boolean {
  return (made) => made.keyid === keyid && isFor(made, draft);
}

/** Words may be the same where payloads are not, to the byte. */
function payloadOf({ file, after }: Draft): string {
  return `${file} ${Buffer.from(after.signedBytes).toString('base64')}`;
}

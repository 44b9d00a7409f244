import type { RuleCode } from '../../error/codes.ts';
import { enforced, type CatalogueEntry } from './entry.ts';

/** How signing events, server-signed roles and the policy are judged. */
export const policyEntries: Readonly<
  Record<
    Extract<RuleCode, `event.${string}` | `online-role.${string}` | `policy.${string}`>,
    CatalogueEntry
  >
> = {
  'event.form': enforced(
    'A signing event has a name that was never used, and invitations that are well-formed: open slots, or slots filled with a key and its proof, one in a push. A withdrawal is signed for what the event changes, and nothing comes after it.',
    'a key in `.signing-event-state` with a proof that was made for another event',
    'start another event, or fill one slot with your own key',
  ),
  'event.adds-nothing': enforced(
    'A push to an event starts it with a change, adds a signature, changes a payload, fills a slot or withdraws the event.',
    'the same signatures in another order',
    'sign a role that still lacks your signature',
  ),
  'event.unauthorised': enforced(
    'A payload on an event changes by a key of its role, or together with a signed new version of its delegator, and never back to what it was; a root by a key of the version before. A withdrawal is by a key that may sign a role which the event changes, there and on main.',
    'a stranger’s edit of what others have signed',
    'sign it with a key of the role',
  ),
  'event.drops-signature': enforced(
    'A signature stays while its payload does.',
    'somebody else’s signature replaced by one’s own',
    'put it back, and add your own',
  ),
  'event.too-many': enforced(
    'Events have limits, by the policy in root: how many are open, commits in one, days that one lives.',
    'a push to an event that is older than 60 days',
    'start another event; have the operator withdraw those that nobody finishes',
  ),
  'event.withdrawn': enforced(
    'A payload that was withdrawn never lands, under no name and by no direct push.',
    'an abandoned event, completed later under another name',
    'make another version of it, with a later expiry',
  ),

  'online-role.form': enforced(
    'Server-signed roles are marked in targets, delegated by it, terminating, and delegate nothing.',
    'a marked role with delegations',
    'have targets mark it, set terminating, and drop its delegations',
  ),
  'online-role.key': enforced(
    'The keys of a server-signed role sign nothing else.',
    'the key of a server-signed role among those of a project',
    'make a key of its own',
  ),
  'online-role.lives-too-long': enforced(
    'A server-signed role lives at most 30 days.',
    'an expiry a year away',
    'sign a shorter one',
  ),

  'policy.form': enforced(
    'The policy in root has known fields of known types.',
    '`"land": "soon"`',
    'give the field a value that the message allows',
  ),
};

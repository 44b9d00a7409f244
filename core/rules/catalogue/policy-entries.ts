import type { RuleCode } from '../../error/codes.ts';
import { enforced, notYet, type CatalogueEntry } from './entry.ts';

/** How signing events, server-signed roles and the policy are judged. */
export const policyEntries: Readonly<
  Record<
    Extract<RuleCode, `event.${string}` | `online-role.${string}` | `policy.${string}`>,
    CatalogueEntry
  >
> = {
  'event.form': notYet(
    'A signing event is well-formed.',
    'a role file without a change',
    'draft a change and sign it',
  ),
  'event.adds-nothing': notYet('A push to an event adds something.', 'the same again', 'sign it'),
  'event.unauthorised': notYet(
    'Payloads change by keys of the role or its delegator.',
    'a stranger’s edit',
    'have an authorised person change it',
  ),
  'event.drops-signature': notYet(
    'A signature stays while its payload does.',
    'somebody else’s signature removed',
    'put it back',
  ),
  'event.too-many': notYet('Open events have a limit.', 'hundreds of branches', 'withdraw some'),
  'event.withdrawn': notYet(
    'What was withdrawn never lands.',
    'an abandoned event completed later',
    'make a new version',
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

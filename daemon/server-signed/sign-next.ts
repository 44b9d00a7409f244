import { fault } from '../../core/error/error.ts';
import type { Home } from '../../core/home/home.ts';
import { canonicalBytes, formatDocument, parseDocument } from '../../core/metadata/document.ts';
import { nextVersion } from '../../core/metadata/draft.ts';
import type { JsonObject } from '../../core/metadata/json.ts';
import { withShorterLife } from '../../core/metadata/policy.ts';
import { verifyThreshold } from '../../core/metadata/threshold.ts';
import { policyFor } from '../../core/rules/state.ts';
import type { Clock } from '../clock.ts';
import { namedKeyids, underNamedKeyids } from '../publish/online-signing.ts';
import type { SignerClient } from '../signer/signer-client.ts';
import type { ServerSignedRole } from './server-signed-role.ts';

export interface SigningParts {
  readonly home: Pick<Home, 'config'>;
  readonly clock: Clock;
  readonly signer: Pick<SignerClient, 'delegatedKeys' | 'signDelegated'>;
}

/**
 * The next version of a role that the server signs, with this content, as a file; verified with the
 * key that targets names.
 * @throws `signer.*`
 */
export async function signNext(
  { root, role }: ServerSignedRole,
  content: JsonObject,
  { home, clock, signer }: SigningParts,
): Promise<Buffer> {
  const { name, authority, document } = role;
  const { gate, onlineRoleLifetimeDays } = home.config;
  const policy = policyFor(root, { limits: gate });
  const signed = nextVersion(content, name, document.signed.version, {
    now: clock.now(),
    policy: withShorterLife(policy, onlineRoleLifetimeDays),
  });
  const keyids = namedKeyids(authority, await signer.delegatedKeys(name));
  const made = await signer.signDelegated(name, canonicalBytes(signed, name));
  const bytes = formatDocument(signed, underNamedKeyids(made, keyids));
  try {
    verifyThreshold(parseDocument('targets', bytes, name), authority, name);
  } catch (cause) {
    const message = 'the signer’s key for this role is not the one that targets names';
    throw fault('signer.wrong-key', name, message, { cause });
  }
  return Buffer.from(bytes);
}

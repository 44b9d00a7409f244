/** A role that the server signs, `nightly`, as an admin and an operator set it up. */
import { writeSignerSettings } from '../../core/home/signer-settings.ts';
import { canonicalBytes, formatDocument } from '../../core/metadata/document.ts';
import type { JsonObject } from '../../core/metadata/json.ts';
import type { PublicKey } from '../../core/metadata/keys.ts';
import { generateKey, openSigner, type KeyAccess } from '../../core/signers/open-signer.ts';
import { nextVersion, type TestHome } from './home.ts';
import { delegationTo, keysOf, roleSigned } from './source-tree.ts';

export interface ServerSignedRoleOptions {
  /** Of the role's key: a file in HOME/signer by default. */
  readonly uri?: string;
  readonly access?: KeyAccess;
  /** When its first version expires. */
  readonly expires?: Date;
  /** False: the signer knows nothing of the role. */
  readonly isHeld?: boolean;
}

/** Makes the key, tells the signer, and commits mark, delegation and first version. */
export async function addServerSignedRole(home: TestHome, options: ServerSignedRoleOptions = {}) {
  const { uri = 'file:nightly.json', access = {}, isHeld = true } = options;
  const folder = home.paths.signer;
  const reach = { ...access, folder, unsafePlaintext: true };
  const key = await generateKey(uri, 'ecdsa-sha2-nistp256', reach);
  if (isHeld) {
    await writeSignerSettings(folder, {
      format: 1,
      keys: ['file:online.json'],
      onlineRoles: { nightly: uri },
      ...(access.pkcs11Module === undefined ? {} : { pkcs11Module: access.pkcs11Module }),
    });
  }
  const expires = options.expires ?? new Date(Date.now() + 10 * 86_400_000);
  const signed = { ...roleSigned(1, {}), expires: expires.toISOString().replace(/\.\d+Z/, 'Z') };
  const first = await signedBy(uri, reach, signed);
  await home.commit((tree) => {
    nextVersion(tree, 'targets', (targets) => withOnlineRole(targets, key));
    tree.set('metadata/nightly.json', first);
  });
  return key;
}

function withOnlineRole(targets: JsonObject, key: PublicKey): JsonObject {
  const { keys, roles } = targets['delegations'] as { keys: JsonObject; roles: JsonObject[] };
  return {
    ...targets,
    'x-tuf-on-git-online': ['nightly'],
    delegations: {
      keys: { ...keys, ...keysOf(key) },
      roles: [...roles, delegationTo('nightly', key, 'nightly/*')],
    },
  };
}

async function signedBy(uri: string, access: KeyAccess, signed: JsonObject): Promise<Uint8Array> {
  const signer = await openSigner(uri, access);
  try {
    const sig = Buffer.from(await signer.sign(canonicalBytes(signed, 'nightly'))).toString('hex');
    return formatDocument(signed, [{ keyid: signer.key.keyid, sig }]);
  } finally {
    await signer.close();
  }
}

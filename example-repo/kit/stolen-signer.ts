/** Snapshot and timestamp signed by somebody who is on the live server, and there uses the token. */
import { writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { canonicalize } from '@tufjs/canonical-json';
import { succeeded } from './command.ts';
import type { Sign } from './forge.ts';
import type { Person } from './person.ts';
import type { Stage } from './stage.ts';

const program = fileURLToPath(new URL('../attacks/sign-in-token.mjs', import.meta.url));

/**
 * The key goes by the id that it has in the first file that is signed with it.
 * @param keys the options of `init` that name the keys
 * @returns undefined where the key is in no token
 */
export function stolenSigner(
  stage: Stage,
  operator: Person,
  keys: readonly string[],
): Sign | undefined {
  const [, uri = ''] = after(keys, '--online-key');
  const [, module] = after(keys, '--pkcs11-module');
  const [, token, object, pinFile] =
    /^pkcs11:token=(.*);object=(.*)\?pin-source=file:(.*)$/.exec(uri) ?? [];
  if (module === undefined || token === undefined) return undefined;
  const file = stage.path('to-be-signed');
  let keyids: readonly string[] | undefined;
  const args = [program, module, token, object ?? '', pinFile ?? '', file];
  return async (role, envelope) => {
    if (!['snapshot', 'timestamp'].includes(role)) return envelope;
    const { signed, signatures } = envelope;
    await writeFile(file, canonicalize(signed));
    const sig = succeeded(await operator.run(process.execPath, args)).trim();
    keyids ??= signatures.map(({ keyid }) => keyid);
    return { signed, signatures: keyids.map((keyid) => ({ keyid, sig })) };
  };
}

function after(options: readonly string[], name: string): readonly string[] {
  const at = options.indexOf(name);
  return at < 0 ? [] : options.slice(at, at + 2);
}

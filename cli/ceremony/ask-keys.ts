/** Keys, asked for one by one; what is not there yet can be made on the way. */
import { TufOnGitError } from '../../core/error/error.ts';
import { parseKeyUri } from '../../core/signers/key-uri.ts';
import type { KeyAccess } from '../../core/signers/open-signer.ts';
import { makeKey } from '../keys/make-key.ts';
import { isOwner, ownerForm } from '../../core/metadata/key-owner.ts';
import { isKeyUri, readNamedKey } from '../keys/read-named-key.ts';
import type { Cli } from '../terminal/cli.ts';

/** The keys of a role, at least one. */
export async function askRoleKeys(
  cli: Cli,
  role: 'root' | 'targets',
  access: KeyAccess,
): Promise<readonly string[]> {
  const keys: string[] = [];
  for (;;) {
    const end = keys.length === 0 ? '' : ', empty: no more';
    const text = `Key ${keys.length + 1} of ${role} (file:…, pkcs11:… or NAME.pub${end})`;
    const answer = await askLine(cli, text, `--${role}-key`);
    if (answer === '' && keys.length > 0) return keys;
    if (await isUsable(cli, answer, access)) keys.push(answer);
  }
}

/** The key of snapshot and timestamp, which no person is there to open. */
export async function askOnlineKey(cli: Cli, access: KeyAccess): Promise<string> {
  const text = 'Online key (pkcs11:…?pin-source=file:… or file:…)';
  for (;;) {
    const answer = await askLine(cli, text, '--online-key');
    if (!isKeyUri(answer)) cli.out.warn('a private key is needed: file:… or pkcs11:…');
    else if (await isUsable(cli, answer, { ...access, secret: undefined })) return answer;
  }
}

async function askLine(cli: Cli, text: string, option: string): Promise<string> {
  return (await cli.ask.text({ text, option })).trim();
}

/** Makes the key when it is not there and the person wants it; says what else is wrong with it. */
async function isUsable(cli: Cli, name: string, access: KeyAccess): Promise<boolean> {
  try {
    await readNamedKey(name, access);
    return true;
  } catch (error) {
    if (!(error instanceof TufOnGitError)) throw error;
    const canBeMade = error.code === 'signer.key-not-found' && isKeyUri(name);
    if (canBeMade) return offerToMake(cli, name, access);
    cli.out.warn(`${error.where}: ${error.message}`);
    return false;
  }
}

async function offerToMake(cli: Cli, uri: string, access: KeyAccess): Promise<boolean> {
  const isOnline = access.secret === undefined;
  const { kind, pinSource } = parseKeyUri(uri);
  if (isOnline && pinSource === undefined) {
    cli.out.warn(
      'there is no such key; to make it, say where its secret is: ?pin-source=file:PATH',
    );
    return false;
  }
  const question = { text: 'There is no such key. Make it?', option: 'tuf-on-git key generate' };
  if (!(await cli.ask.confirm(question, { default: true }))) return false;
  const isPersons = kind === 'file' && !isOnline;
  await makeKey(uri, isPersons ? 'ed25519' : 'ecdsa-sha2-nistp256', {
    ...access,
    secret: kind === 'file' ? cli.ask.newSecret : cli.ask.secret,
    owner: isPersons ? await askOwner(cli) : undefined,
  });
  return true;
}

async function askOwner(cli: Cli): Promise<string | undefined> {
  const question = { text: 'Whose key is it? (as @alice, or empty)', option: '--owner' };
  const check = (answer: string) => (answer === '' || isOwner(answer) ? undefined : ownerForm);
  const answer = await cli.ask.text(question, { check });
  return answer === '' ? undefined : answer;
}

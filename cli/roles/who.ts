/** Keys as a person names them: by their owner, by a keyid or the beginning of one. */
import { fault } from '../../core/error/error.ts';
import { ownerOf, type Authority } from '../../core/metadata/threshold.ts';

/**
 * The keyid of the one key among the signers that is meant.
 * @param option that named it, for an error
 * @throws `usage.argument` where no signer is meant, or more than one
 */
export function keyidOf(who: string, authority: Authority, option: string): string {
  const { keyIDs } = authority.role;
  const isMeant = (keyid: string) =>
    ownerOf(authority, keyid) === who || (isHex(who) && keyid.startsWith(who));
  const [only, another] = keyIDs.filter(isMeant);
  if (only !== undefined && another === undefined) return only;
  const message = only === undefined ? 'no signer of the role is that' : 'several signers are that';
  const signers = keyIDs.map((keyid) => `${ownerOf(authority, keyid)} (${keyid.slice(0, 8)}…)`);
  throw fault('usage.argument', `${option} ${who}`, message, {
    hint: `its signers are ${signers.join(', ')}`,
  });
}

function isHex(text: string): boolean {
  return /^[0-9a-f]+$/.test(text);
}
